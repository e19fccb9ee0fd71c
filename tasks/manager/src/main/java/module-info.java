/** Background work by name: submitted, scheduled, bounded, watched and ended in order. */
module dev.weir.tasks {
  requires transitive dev.weir.gate;
  requires com.cronutils;
  requires jdk.jfr;
  requires transitive java.sql;
  // sun.misc.Signal, by reflection.
  requires jdk.unsupported;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.weir.tasks;
  exports dev.weir.tasks.failure;
  exports dev.weir.tasks.schedule;
  exports dev.weir.tasks.flow;
  exports dev.weir.tasks.flow.graph;
  exports dev.weir.tasks.event;
  exports dev.weir.tasks.shutdown;
  exports dev.weir.tasks.spi;
}
