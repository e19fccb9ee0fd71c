/**
 * Real PostgreSQL and Redis for tests, faults for real, time that can be set. Depends on nothing of
 * Weir. JUnit and Testcontainers are optional: the plain API works without them.
 */
module dev.weir.testkit {
  requires transitive java.sql;
  // A supertype of pgjdbc's data sources lies there.
  requires java.naming;
  requires org.slf4j;
  requires org.postgresql.jdbc;
  requires org.apache.commons.compress;
  requires org.tukaani.xz;
  requires embedded.redis;
  // Annotates pgjdbc's packages; the compiler warns if it cannot see them.
  requires static org.checkerframework.checker.qual;
  requires static transitive org.jspecify;
  requires static transitive org.junit.jupiter.api;
  requires static testcontainers;

  exports dev.weir.testkit;
  exports dev.weir.testkit.machine;
  exports dev.weir.testkit.wire;
}
