package dev.weir.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.pool.Pools;
import dev.weir.pool.VoidWork;
import dev.weir.pool.admission.OwnSockets;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

@RealServers
@Tag("faults")
class CleanReturnTest {

  private TcpProxy proxy;
  private OwnSockets sockets;

  @BeforeEach
  void open(TestDatabase database) {
    proxy = TcpProxy.to(database.server().host(), database.server().port());
    String url =
        "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), database.name());
    sockets = new OwnSockets(Pools.postgres(database).url(url));
  }

  @AfterEach
  void close() {
    assertThat(sockets.inUse()).isZero();
    sockets.close();
    proxy.close();
  }

  private static int pid(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID();
  }

  private static String show(Connection connection, String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("show " + setting)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** What is sent to the server after {@code use} has ended, in bytes. */
  private long sentAtReturn(VoidWork<SQLException> use) throws SQLException {
    Connection connection = sockets.lend();
    use.use(connection);
    long before = proxy.bytesToServer();
    connection.close();
    try (Connection next = sockets.lend()) {
      // An answer: what close sent, if anything, has been counted.
      long start = proxy.bytesToServer();
      Pools.one(next, "select 1");
      assertThat(proxy.bytesToServer()).isGreaterThan(start);
      return start - before;
    }
  }

  @Test
  void sends_nothing_if_all_is_as_it_was() throws SQLException {
    assertThat(sentAtReturn(_ -> {})).isZero();
    assertThat(sentAtReturn(c -> Pools.one(c, "select 1"))).isZero();
    assertThat(sentAtReturn(Connection::createStatement)).isZero();
  }

  @Test
  void sends_nothing_after_a_transaction_that_was_ended() throws SQLException {
    assertThat(
            sentAtReturn(
                c -> {
                  c.setAutoCommit(false);
                  Pools.one(c, "select 1");
                  c.commit();
                }))
        .isZero();
  }

  @Test
  void makes_little_garbage() throws SQLException {
    var memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = memory.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20_000; i++) {
        sockets.lend().close();
      }
      bytes = Math.min(bytes, (memory.getCurrentThreadAllocatedBytes() - before) / 20_000);
    }
    System.out.printf("A borrow and its return allocate %d bytes%n", bytes);
    assertThat(bytes).isLessThanOrEqualTo(120);
  }

  @Test
  void puts_back_every_setting_that_was_changed() throws SQLException {
    Map<String, String> before;
    try (Connection connection = sockets.lend()) {
      before = settings(connection);
      connection.setClientInfo("ApplicationName", "borrower");
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.setSchema("pg_catalog");
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
      connection.setNetworkTimeout(Runnable::run, 12_345);
      connection.setTypeMap(Map.of("thing", String.class));
      Pools.one(connection, "select 1");
    }
    try (Connection next = sockets.lend()) {
      assertThat(settings(next)).isEqualTo(before);
      assertThat(next.getTypeMap()).isEmpty();
    }
    assertThat(sockets.connections()).isOne();
    assertThat(sentAtReturn(_ -> {})).isZero();
  }

  private static Map<String, String> settings(Connection connection) throws SQLException {
    return Map.of(
        "application_name", show(connection, "application_name"),
        "isolation", show(connection, "default_transaction_isolation"),
        "search_path", show(connection, "search_path"),
        "read only", show(connection, "transaction_read_only") + connection.isReadOnly(),
        "auto commit", "" + connection.getAutoCommit(),
        "holdability", "" + connection.getHoldability(),
        "network timeout", "" + connection.getNetworkTimeout());
  }

  @Test
  void rolls_back_what_was_left_open_also_by_hand() throws SQLException {
    try (Connection connection = sockets.lend()) {
      Pools.run(connection, "create table left_open (id int)");
      Pools.run(connection, "begin");
      Pools.run(connection, "insert into left_open values (1)");
    }
    try (Connection connection = sockets.lend()) {
      connection.setAutoCommit(false);
      Pools.run(connection, "insert into left_open values (2)");
      assertThatThrownBy(() -> Pools.run(connection, "select 1/0"))
          .isInstanceOf(SQLException.class);
    }
    try (Connection connection = sockets.lend()) {
      assertThat(Pools.one(connection, "select count(*) from left_open")).isZero();
      assertThat(connection.getAutoCommit()).isTrue();
    }
    assertThat(sockets.connections()).isOne();
  }

  @Test
  void makes_a_read_only_borrow_writable_for_the_next() throws SQLException {
    try (Connection connection = sockets.lendReadOnly()) {
      assertThat(show(connection, "transaction_read_only")).isEqualTo("on");
    }
    try (Connection connection = sockets.lend()) {
      assertThat(show(connection, "transaction_read_only")).isEqualTo("off");
    }
  }

  @Test
  void never_gives_a_broken_socket_to_the_next() throws SQLException {
    int first;
    try (Connection connection = sockets.lend()) {
      first = pid(connection);
      proxy.cut();
      assertThatThrownBy(() -> Pools.one(connection, "select 1")).isInstanceOf(SQLException.class);
    }
    try (Connection connection = sockets.lend()) {
      connection.setAutoCommit(false);
      assertThat(pid(connection)).isNotEqualTo(first);
      Pools.one(connection, "select 1");
      proxy.cut();
    }
    assertThat(sockets.idle()).isZero();
    try (Connection connection = sockets.lend()) {
      assertThat(Pools.one(connection, "select 3")).isEqualTo(3);
    }
  }

  @Test
  void closes_rows_that_are_still_being_read() throws SQLException {
    try (Connection connection = sockets.lend()) {
      connection.setAutoCommit(false);
      Statement statement = connection.createStatement();
      statement.setFetchSize(10);
      ResultSet rows = statement.executeQuery("select generate_series(1, 100000)");
      assertThat(rows.next()).isTrue();
    }
    try (Connection connection = sockets.lend()) {
      assertThat(Pools.one(connection, "select count(*) from pg_cursors where name <> ''"))
          .isZero();
    }
    assertThat(sockets.connections()).isOne();
  }
}
