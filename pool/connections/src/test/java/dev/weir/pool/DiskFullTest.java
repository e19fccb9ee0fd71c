package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.SmallDisk;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that has no room left. */
@Tag("faults")
class DiskFullTest {

  private static final String MEGABYTE =
      "insert into %s select g, repeat('x', 1000) from generate_series(1, 1000) g";

  private static PostgresServer server;
  private static TestDatabase database;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
    database = server.freshDatabase();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void assertState(String state, Connection c, String sql) {
    assertThatThrownBy(() -> Pools.run(c, sql))
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo(state));
  }

  @Test
  void fails_who_writes_keeps_what_was_committed_and_goes_on_when_there_is_room()
      throws SQLException {
    try (var disk = SmallDisk.ofMegabytes(8);
        var pools = Pools.open(database, 2)) {
      UnifiedConnectionManager manager = pools.manager();
      manager.useSession(
          c -> {
            Pools.run(c, "create tablespace small location '%s'".formatted(disk.path()));
            // In rows alone, so that to empty it takes no room.
            Pools.run(c, "create table heap (id int, text text storage plain) tablespace small");
            Pools.run(c, "create table elsewhere (id int, text text)");
          });
      int acknowledged = fill(manager);
      int kept = manager.withSession(c -> Pools.one(c, "select count(*) from heap"));
      int opened = (int) manager.snapshot().wear().opened();
      manager.useSession(c -> Pools.run(c, MEGABYTE.formatted("elsewhere")));
      manager.useSession(c -> Pools.run(c, "truncate heap"));
      manager.useTransaction(c -> Pools.run(c, MEGABYTE.formatted("heap")));
      FaultLog.note(
          "disk full (53100)",
          "rows acknowledged %,d, found %,d, lost %d, connections lost %d",
          acknowledged,
          kept,
          acknowledged - kept,
          manager.snapshot().wear().lost());
      assertThat(kept).isEqualTo(acknowledged);
      assertThat(opened).isLessThanOrEqualTo(3);
      assertThat(manager.snapshot().wear().alarms()).isZero();
      manager.useSession(c -> Pools.run(c, "drop table heap"));
      manager.useSession(c -> Pools.run(c, "drop tablespace small"));
    }
  }

  /** Until the server says that its disk is full; returns how many rows it has acknowledged. */
  private static int fill(UnifiedConnectionManager manager) {
    int rows = 0;
    try {
      for (int i = 0; i < 100; i++) {
        manager.useTransaction(c -> Pools.run(c, MEGABYTE.formatted("heap")));
        rows += 1_000;
      }
      throw new AssertionError("8 MB held " + rows + " rows of 1 kB");
    } catch (SQLException full) {
      assertThat(full.getSQLState()).isEqualTo("53100");
      return rows;
    }
  }

  /** The nearest to a full disk that every user on every machine can have. */
  @Test
  void of_its_own_making_a_temp_file_limit_fails_the_statement_and_keeps_the_connection()
      throws SQLException {
    try (var pools = Pools.open(database, 2)) {
      pools
          .manager()
          .useSession(
              c -> {
                int pid = Pools.one(c, "select pg_backend_pid()");
                Pools.run(c, "set temp_file_limit = '1MB'");
                Pools.run(c, "set work_mem = '64kB'");
                assertState(
                    "53400",
                    c,
                    "select count(*) from (select g from generate_series(1, 2000000) g"
                        + " order by random()) as sorted");
                assertThat(Pools.one(c, "select pg_backend_pid()")).isEqualTo(pid);
              });
      assertThat(pools.manager().snapshot().wear().alarms()).isZero();
    }
  }
}
