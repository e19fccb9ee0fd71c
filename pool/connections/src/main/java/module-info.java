/** UnifiedConnectionManager: one gate in front of one physical pool, and the way to Redis. */
module dev.weir.pool {
  requires transitive dev.weir.config;
  requires transitive dev.weir.gate;
  requires transitive dev.weir.redis;
  requires transitive dev.weir.tasks;
  requires transitive java.sql;
  requires org.postgresql.jdbc;
  requires org.slf4j;
  requires static org.checkerframework.checker.qual;
  requires static transitive org.jspecify;

  exports dev.weir.pool;
  // The driver makes its sockets by a factory of ours.
  exports dev.weir.pool.line to
      org.postgresql.jdbc;
}
