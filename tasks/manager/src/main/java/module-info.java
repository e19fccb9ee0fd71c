/** Background work by name: submitted, scheduled, bounded, watched and ended in order. */
module dev.weir.tasks {
  requires transitive dev.weir.gate;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.weir.tasks;
  exports dev.weir.tasks.spi;
}
