/** Watches the floors below: health monitors and the telemetry bridge. */
module dev.weir.monitoring {
  requires transitive dev.weir.config;
  requires dev.weir.gate;
  requires transitive dev.weir.pool;
  requires dev.weir.redis;
  requires transitive dev.weir.tasks;
  requires transitive io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires java.management;
  requires java.sql;
  requires lettuce.core;
  requires org.slf4j;
  requires tools.jackson.core;
  requires static transitive org.jspecify;

  exports dev.weir.monitoring;

  uses dev.weir.monitoring.HealthMonitor;
}
