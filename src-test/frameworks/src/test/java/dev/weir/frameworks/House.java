package dev.weir.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Weir;
import dev.weir.config.ConfigLoader;
import dev.weir.pool.PoolSnapshot;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;

/** Weir on a database; when a framework has left, its pool must be at rest and as new. */
final class House implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final int CONCURRENCY = 8;

  /** What differs from one transaction to the next, whoever has the session. */
  private static final String SETTINGS =
      "select name, setting from pg_settings where name not like 'transaction\\_%'";

  private final TestDatabase database;
  private final int max;
  private final Weir weir;
  private final Map<String, String> usual;

  private House(TestDatabase database, int max) throws SQLException {
    this.database = database;
    this.max = max;
    this.weir =
        Weir.start(
            ConfigLoader.empty()
                .set("postgres.url", database.jdbcUrl())
                .set("postgres.user", database.user())
                .set("postgres.password", database.password())
                .set("pool.min", "0")
                .set("pool.max", Integer.toString(max))
                .set("pool.wait", "50s")
                .set("shutdown.hook", "false")
                .load());
    this.usual = connections().withSession(House::settings);
  }

  /** With so many connections, of which the lane {@code admin} keeps one. */
  static House open(TestDatabase database, int max) throws SQLException {
    return new House(database, max);
  }

  UnifiedConnectionManager connections() {
    return weir.connections();
  }

  DataSource dataSource() {
    return connections().dataSource();
  }

  DataSource joiningDataSource() {
    return connections().joiningDataSource();
  }

  /** Permits in use by now. */
  int inUse() {
    return connections().snapshot().gate().inUse();
  }

  /** Runs it over a connection of the test's own. */
  void sql(String sql) throws SQLException {
    try (Connection own = database.dataSource().getConnection();
        Statement statement = own.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A number, asked for over a connection of the test's own. */
  int one(String sql) throws SQLException {
    try (Connection own = database.dataSource().getConnection()) {
      return one(own, sql);
    }
  }

  static int one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  /** What one of a crew does. */
  @FunctionalInterface
  interface Work {
    void run(int number) throws Exception;
  }

  /** Eight virtual threads do it at once, so many times each; no number comes twice. */
  static void crew(int times, Work work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> members = new ArrayList<>();
      for (int member = 0; member < CONCURRENCY; member++) {
        int first = member * times;
        members.add(
            threads.submit(
                () -> {
                  for (int number = first; number < first + times; number++) {
                    work.run(number);
                  }
                  return true;
                }));
      }
      for (Future<?> member : members) {
        member.get();
      }
    }
  }

  /**
   * No permit is out, no socket is in use, there were never more than allowed, none has a
   * transaction or a lock, and each answers like the first one at its beginning.
   */
  void assertAtRest() throws SQLException {
    Await.until(PATIENCE, () -> "rest, but " + connections().snapshot().line(), this::isAtRest);
    assertThat(connections().snapshot().wear().opened()).isLessThanOrEqualTo(max);
    Await.until(PATIENCE, "as many sessions as sockets, all idle", this::serverAgrees);
    assertThat(one("select count(*) from pg_locks where locktype = 'advisory' and " + HERE))
        .isZero();
    assertSessionsAreAsNew();
  }

  private static final String HERE =
      "database = (select oid from pg_database where datname = current_database())";

  private boolean isAtRest() {
    PoolSnapshot now = connections().snapshot();
    return now.gate().inUse() == 0 && now.gate().queued() == 0 && now.idle() == now.connections();
  }

  private boolean serverAgrees() {
    try {
      int idle =
          one(
              "select count(*) filter (where state = 'idle') + 1000 * count(*) filter"
                  + " (where state <> 'idle') from pg_stat_activity where datname ="
                  + " current_database() and pid <> pg_backend_pid()");
      return idle == connections().snapshot().connections();
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  private void assertSessionsAreAsNew() throws SQLException {
    List<Connection> all = new ArrayList<>();
    try {
      for (int i = 0; i < max - 1; i++) {
        all.add(dataSource().getConnection());
      }
      for (Connection each : all) {
        assertThat(settings(each)).isEqualTo(usual);
        assertThat(each.getAutoCommit()).isTrue();
        assertThat(each.isReadOnly()).isFalse();
      }
    } finally {
      for (Connection each : all) {
        each.close();
      }
    }
  }

  private static Map<String, String> settings(Connection connection) throws SQLException {
    Map<String, String> settings = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SETTINGS)) {
      while (rows.next()) {
        settings.put(rows.getString(1), String.valueOf(rows.getString(2)));
      }
    }
    return settings;
  }

  @Override
  public void close() {
    weir.close();
  }
}
