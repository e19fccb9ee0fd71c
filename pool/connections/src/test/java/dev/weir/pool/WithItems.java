package dev.weir.pool;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What tests of sessions share: a small pool and a table, empty before each test. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
abstract class WithItems {

  private final int permits;
  private Pools pools;
  UnifiedConnectionManager connections;

  /** With so many connections for callers; who needs more waits. */
  WithItems(int permits) {
    this.permits = permits;
  }

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    pools = pools(database, permits);
    connections = pools.manager();
    connections.useSession(
        c ->
            Pools.run(
                c,
                "create table item (id int primary key,"
                    + " twin int references item deferrable initially deferred)"));
  }

  /** How the same is done over another way to the server, for those who inherit this. */
  Pools pools(TestDatabase database, int max) {
    return Pools.open(database, max);
  }

  /** Whether a connection has a server process to itself, also between transactions. */
  boolean keepsItsProcess() {
    return true;
  }

  @AfterAll
  void close() {
    pools.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    connections.useSession(c -> Pools.run(c, "truncate item"));
  }

  final int count() throws SQLException {
    return connections.withSession(c -> Pools.one(c, "select count(*) from item"));
  }

  final int inUse() {
    return connections.snapshot().gate().inUse();
  }

  static void insert(Connection c, int id) throws SQLException {
    Pools.run(c, "insert into item values (" + id + ")");
  }
}
