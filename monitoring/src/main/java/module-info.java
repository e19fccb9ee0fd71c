/** Watches the floors below: health monitors and the telemetry bridge. */
module dev.weir.monitoring {
  requires transitive dev.weir.config;
  requires transitive dev.weir.gate;
  requires transitive dev.weir.pool;
  requires dev.weir.redis;
  requires transitive dev.weir.tasks;
  requires transitive io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires java.management;
  requires transitive java.sql;
  requires HdrHistogram;
  requires jdk.httpserver;
  requires jdk.jfr;
  requires jdk.management;
  requires lettuce.core;
  requires org.slf4j;
  requires tools.jackson.core;
  // Each only where the service brings it.
  requires static micrometer.core;
  requires static io.opentelemetry.sdk;
  requires static io.opentelemetry.sdk.autoconfigure;
  requires static io.opentelemetry.sdk.common;
  requires static transitive org.jspecify;

  exports dev.weir.monitoring;
  exports dev.weir.monitoring.alert;
  exports dev.weir.monitoring.history;
  exports dev.weir.monitoring.micrometer;
  exports dev.weir.monitoring.slo;

  uses dev.weir.monitoring.HealthMonitor;
}
