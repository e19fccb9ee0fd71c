/** The facade: one dependency that exposes every floor. */
module dev.weir {
  requires transitive dev.weir.config;
  requires transitive dev.weir.gate;
  requires transitive dev.weir.monitoring;
  requires transitive dev.weir.pool;
  requires transitive dev.weir.redis;
  requires transitive dev.weir.tasks;
  requires transitive io.opentelemetry.api;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.weir;
}
