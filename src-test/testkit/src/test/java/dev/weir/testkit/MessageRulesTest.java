package dev.weir.testkit;

import static dev.weir.testkit.wire.MessagePattern.commit;
import static dev.weir.testkit.wire.MessagePattern.committed;
import static dev.weir.testkit.wire.MessageType.COMMAND_COMPLETE;
import static dev.weir.testkit.wire.MessageType.DATA_ROW;
import static dev.weir.testkit.wire.MessageType.ERROR_RESPONSE;
import static dev.weir.testkit.wire.MessageType.EXECUTE;
import static dev.weir.testkit.wire.MessageType.PARSE;
import static dev.weir.testkit.wire.MessageType.QUERY;
import static dev.weir.testkit.wire.MessageType.READY_FOR_QUERY;
import static dev.weir.testkit.wire.MessageType.SYNC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.wire.Direction;
import dev.weir.testkit.wire.Message;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.ProxyRule;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

@RealServers
class MessageRulesTest {
  private static final Duration PATIENCE = ofSeconds(20);

  /** More than pgjdbc's threshold, so that it has named the statement COMMIT by then. */
  private static final int OFTEN = 8;

  private final TestDatabase database;
  private final PostgresServer server;
  private TcpProxy proxy;

  MessageRulesTest(TestDatabase database, PostgresServer server) {
    this.database = database;
    this.server = server;
  }

  @BeforeEach
  void stand_between() throws SQLException {
    proxy = TcpProxy.toPostgres(server.host(), server.port());
    try (var direct = database.dataSource().getConnection()) {
      run(direct, "CREATE TABLE IF NOT EXISTS deed (id int)");
      run(direct, "TRUNCATE deed");
    }
  }

  @AfterEach
  void step_aside() {
    proxy.close();
  }

  @Nested
  class A_commit_cut_before_the_server_sees_it {

    @ParameterizedTest
    @EnumSource(PreferQueryMode.class)
    void leaves_no_row_and_a_lost_connection(PreferQueryMode mode) throws SQLException {
      try (var connection = connect(mode)) {
        ProxyRule rule = proxy.cutBefore(commit());
        insert(connection, 1);
        assertThat(rule.times()).isZero();
        assertLost(connection);
        rule.await(PATIENCE);
        assertThat(rule.times()).isOne();
      }
      awaitOpen(0);
      assertThat(rows()).isZero();
    }

    @ParameterizedTest
    @EnumSource(PreferQueryMode.class)
    void is_known_when_its_statement_was_parsed_long_before(PreferQueryMode mode)
        throws SQLException {
      try (var connection = connect(mode)) {
        ProxyRule parsed = commitOften(connection);
        if (mode != PreferQueryMode.SIMPLE) {
          assertThat(parsed.times()).isBetween(1L, OFTEN - 1L);
        }
        long before = parsed.times();
        proxy.cutBefore(commit());
        insert(connection, 1);
        assertLost(connection);
        // The one that was cut was executed by the name it had got.
        assertThat(parsed.times()).isEqualTo(before);
      }
      awaitOpen(0);
      assertThat(rows()).isEqualTo(OFTEN);
    }

    @Test
    void happens_once_so_the_next_try_commits() throws SQLException {
      ProxyRule rule = proxy.cutBefore(commit());
      try (var connection = connect(PreferQueryMode.EXTENDED)) {
        insert(connection, 1);
        assertLost(connection);
      }
      try (var connection = connect(PreferQueryMode.EXTENDED)) {
        insert(connection, 2);
        connection.commit();
      }
      assertThat(rows()).isOne();
      assertThat(rule.times()).isOne();
    }
  }

  @Test
  void a_client_that_vanishes_leaves_its_transaction_open_until_the_server_ends_it()
      throws SQLException {
    try (var connection = connect(PreferQueryMode.SIMPLE)) {
      int pid = connection.unwrap(PGConnection.class).getBackendPID();
      ProxyRule rule = proxy.vanish(commit());
      insert(connection, 1);
      assertLost(connection);
      rule.await(PATIENCE);
      try (var direct = database.dataSource().getConnection()) {
        assertThat(state(direct, pid)).isEqualTo("idle in transaction");
        run(direct, "SELECT pg_terminate_backend(" + pid + ")");
      }
    }
    awaitOpen(0);
    assertThat(rows()).isZero();
  }

  private static String state(Connection direct, int pid) throws SQLException {
    try (var statement = direct.createStatement();
        var row = statement.executeQuery("SELECT state FROM pg_stat_activity WHERE pid = " + pid)) {
      row.next();
      return row.getString(1);
    }
  }

  @Nested
  class A_commit_cut_after_the_server_has_got_it {

    @ParameterizedTest
    @EnumSource(PreferQueryMode.class)
    void leaves_the_row_and_a_lost_connection(PreferQueryMode mode) throws SQLException {
      try (var connection = connect(mode)) {
        commitOften(connection);
        ProxyRule told = proxy.count(committed());
        ProxyRule rule = proxy.cutAfter(commit());
        insert(connection, 1);
        assertLost(connection);
        rule.await(PATIENCE);
        assertThat(told.times()).isZero();
      }
      Await.until(PATIENCE, "the row", () -> rowsUnchecked() == OFTEN + 1);
      awaitOpen(0);
    }

    @ParameterizedTest
    @EnumSource(PreferQueryMode.class)
    void has_happened_when_the_reply_is_what_is_cut(PreferQueryMode mode) throws SQLException {
      try (var connection = connect(mode)) {
        ProxyRule rule = proxy.cutBefore(committed());
        insert(connection, 1);
        assertLost(connection);
        assertThat(rows()).isOne();
        rule.await(PATIENCE);
      }
    }

    @Test
    void is_never_answered_however_often_one_tries() throws SQLException {
      for (int i = 1; i <= 50; i++) {
        try (var connection = connect(PreferQueryMode.EXTENDED)) {
          proxy.cutAfter(commit());
          insert(connection, i);
          assertLost(connection);
        }
      }
      Await.until(PATIENCE, "all rows", () -> rowsUnchecked() == 50);
    }
  }

  @Nested
  class A_pattern {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "commit",
          " COMMIT ; ",
          "END",
          "commit work",
          "End Transaction",
          "commit and chain",
          "COMMIT AND NO CHAIN",
          "/* trace=1 */ -- said\n COMMIT"
        })
    void knows_a_commit_in_all_its_forms(String sql) {
      assertThat(commit().matches(new Message(1, QUERY, 20, sql))).isTrue();
      assertThat(commit().matches(new Message(1, EXECUTE, 20, sql))).isTrue();
      assertThat(commit().matches(new Message(1, PARSE, 20, sql))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "COMMIT PREPARED 'x'",
          "committed",
          "SELECT 'COMMIT'",
          "ROLLBACK",
          "-- COMMIT"
        })
    void takes_nothing_else_for_one(String sql) {
      assertThat(commit().matches(new Message(1, QUERY, 20, sql))).isFalse();
    }

    @Test
    void can_ask_for_an_error_of_the_server() throws SQLException {
      var division =
          MessagePattern.of(ERROR_RESPONSE)
              .where("of a division by zero", message -> message.text().startsWith("22012 "));
      ProxyRule divisions = proxy.count(division);
      try (var connection = connect(PreferQueryMode.EXTENDED)) {
        assertThatThrownBy(() -> run(connection, "SELECT 1/0")).isInstanceOf(SQLException.class);
        connection.rollback();
        assertThatThrownBy(() -> run(connection, "SELEC")).isInstanceOf(SQLException.class);
      }
      assertThat(divisions.times()).isOne();
    }

    @Test
    void can_ask_for_one_connection() throws SQLException {
      proxy.cutBefore(commit().where("on the second", message -> message.connection() == 2));
      try (var first = connect(PreferQueryMode.EXTENDED);
          var second = connect(PreferQueryMode.EXTENDED)) {
        insert(first, 1);
        insert(second, 2);
        first.commit();
        assertLost(second);
      }
      assertThat(rows()).isOne();
    }

    @Test
    void sees_messages_longer_than_any_buffer() throws SQLException {
      ProxyRule rows =
          proxy.count(
              MessagePattern.of(DATA_ROW).where("of 3 MB", row -> row.length() == 3_000_011));
      ProxyRule queries =
          proxy.count(
              MessagePattern.of(QUERY)
                  .where("of 2 MB", query -> query.text().startsWith("SELECT '22222")));
      try (var connection = connect(PreferQueryMode.SIMPLE)) {
        run(connection, "SELECT repeat('x', 3000000)");
        run(connection, "SELECT '" + "2".repeat(2_000_000) + "'");
        ProxyRule rule = proxy.cutAfter(MessagePattern.of(QUERY));
        long before = proxy.bytesToServer();
        assertThatThrownBy(() -> run(connection, "SELECT '" + "3".repeat(1_000_000) + "'"))
            .isInstanceOf(SQLException.class);
        rule.await(PATIENCE);
        assertThat(proxy.bytesToServer() - before).isEqualTo(5 + 8 + 1_000_000 + 1 + 1);
      }
      assertThat(rows.times()).isOne();
      assertThat(queries.times()).isOne();
    }
  }

  @Nested
  class A_bad_rule {

    @Test
    void with_a_text_where_none_can_be_is_refused() {
      assertThatThrownBy(() -> MessagePattern.of(QUERY, SYNC).text("COMMIT"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[SYNC] never has a text");
      assertThatThrownBy(() -> MessagePattern.of(QUERY).text(" "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("blank");
    }

    @Test
    void without_a_delay_is_refused() {
      for (var delay : new Duration[] {Duration.ZERO, ofMillis(-1)}) {
        assertThatThrownBy(() -> proxy.delay(commit(), delay))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("delay = " + delay + ": must be positive");
      }
    }

    @Test
    void for_a_proxy_that_reads_no_messages_is_refused() {
      try (var plain = TcpProxy.to(server.host(), server.port())) {
        for (Runnable bad :
            new Runnable[] {
              () -> plain.cutBefore(commit()),
              () -> plain.cutAfter(commit()),
              () -> plain.delay(commit(), ofMillis(1)),
              () -> plain.count(commit()),
              plain::roundTrips
            }) {
          assertThatThrownBy(bad::run)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("TcpProxy.toPostgres(host, port)");
        }
      }
    }

    @Test
    void whose_condition_throws_says_so_and_hurts_nobody() throws SQLException {
      ProxyRule rule =
          proxy.cutBefore(
              commit()
                  .where(
                      "with a mistake",
                      _ -> {
                        throw new UnsupportedOperationException("mistake");
                      }));
      try (var connection = connect(PreferQueryMode.EXTENDED)) {
        insert(connection, 1);
        connection.commit();
      }
      assertThat(rows()).isOne();
      assertThatThrownBy(rule::times)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cut before COMMIT of the client with a mistake")
          .hasCauseInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> rule.await(PATIENCE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void for_what_is_not_postgresql_tells_so_when_awaited_in_vain() throws IOException {
      try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          var through = TcpProxy.toPostgres("127.0.0.1", listening.getLocalPort());
          var client = new Socket(InetAddress.getLoopbackAddress(), through.port());
          var accepted = listening.accept()) {
        ProxyRule rule = through.cutBefore(commit());
        client.getOutputStream().write("PING and other words\r\n".getBytes(UTF_8));
        assertThat(accepted.getInputStream().readNBytes(22)).asString(UTF_8).startsWith("PING and");
        assertThatThrownBy(() -> rule.await(ofMillis(1)))
            .isInstanceOf(AssertionError.class)
            .hasMessageContaining("cut before COMMIT of the client")
            .hasMessageContaining("connection 1 cannot be read")
            .hasMessageContaining("does not begin as PostgreSQL's protocol 3");
      }
    }
  }

  @Nested
  class A_rule_that_waits {

    @Test
    void can_be_lifted() throws SQLException {
      ProxyRule rule = proxy.cutBefore(commit());
      try (var connection = connect(PreferQueryMode.EXTENDED)) {
        insert(connection, 1);
        rule.lift();
        rule.lift();
        connection.commit();
      }
      assertThat(rows()).isOne();
      assertThatThrownBy(() -> rule.await(PATIENCE))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("it was lifted");
    }

    @Test
    void ends_with_the_proxy_and_so_does_who_waits_for_it() {
      ProxyRule rule = proxy.cutBefore(commit());
      ProxyRule truncation = proxy.truncate(Direction.TO_CLIENT, 5);
      var waiting = CompletableFuture.runAsync(() -> rule.await(ofMinutes(5)));
      proxy.close();
      assertThat(waiting)
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withMessageContaining("the proxy was closed");
      assertThatThrownBy(() -> truncation.await(ofMinutes(5)))
          .hasMessageContaining("the proxy was closed");
      assertThatThrownBy(() -> proxy.cutBefore(commit()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
    }

    @Test
    void with_a_message_held_lets_the_proxy_close() throws SQLException {
      ProxyRule rule = proxy.delay(commit(), ofMinutes(5));
      try (var connection = connect(PreferQueryMode.EXTENDED)) {
        insert(connection, 1);
        var waiting = CompletableFuture.runAsync(() -> assertLost(connection));
        rule.await(PATIENCE);
        proxy.close();
        assertThat(waiting).succeedsWithin(PATIENCE);
        awaitOpen(0);
      }
      assertThat(rows()).isZero();
    }
  }

  @Nested
  class A_delay_and_a_count {

    @Test
    void holds_the_messages_it_is_for_and_no_others() throws SQLException {
      try (var connection = connect(PreferQueryMode.EXTENDED)) {
        ProxyRule rule = proxy.delay(commit(), ofMillis(300));
        insert(connection, 1);
        assertThat(rule.times()).isZero();
        long start = System.nanoTime();
        connection.commit();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(ofMillis(299));
        assertThat(rule.times()).isOne();
      }
    }

    @ParameterizedTest
    @EnumSource(PreferQueryMode.class)
    void tells_two_round_trips_for_a_statement_and_its_commit(PreferQueryMode mode)
        throws SQLException {
      try (var connection = connect(mode)) {
        for (int i = 0; i < OFTEN; i++) {
          long before = proxy.roundTrips();
          insert(connection, i);
          // BEGIN goes with the INSERT.
          assertThat(proxy.roundTrips() - before).isOne();
          connection.commit();
          assertThat(proxy.roundTrips() - before).isEqualTo(2);
        }
      }
    }

    @Test
    void tells_what_the_server_said_until_lifted() throws SQLException {
      try (var connection = connect(PreferQueryMode.EXTENDED)) {
        ProxyRule asked = proxy.count(MessagePattern.of(QUERY, SYNC));
        ProxyRule ready = proxy.count(MessagePattern.of(READY_FOR_QUERY));
        ProxyRule inserts = proxy.count(MessagePattern.of(COMMAND_COMPLETE).text("insert 0 1"));
        insert(connection, 1);
        connection.commit();
        assertThat(ready.times()).isEqualTo(asked.times()).isGreaterThanOrEqualTo(2);
        assertThat(inserts.times()).isOne();
        inserts.lift();
        insert(connection, 2);
        assertThat(inserts.times()).isOne();
      }
    }
  }

  @Nested
  class A_client_that_sends_byte_by_byte {

    @Test
    void is_understood() throws IOException, SQLException {
      ProxyRule rule = proxy.cutBefore(MessagePattern.of(QUERY).text("commit"));
      try (var client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
        client.setTcpNoDelay(true);
        for (byte one : loginAndCommit()) {
          client.getOutputStream().write(one);
        }
        rule.await(PATIENCE);
      }
      awaitOpen(0);
      assertThat(rows()).isZero();
    }

    private byte[] loginAndCommit() throws IOException {
      var bytes = new ByteArrayOutputStream();
      var out = new DataOutputStream(bytes);
      var start = "user\0%s\0database\0%s\0\0".formatted(database.user(), database.name());
      out.writeInt(8 + start.length());
      out.writeInt(3 << 16);
      out.write(start.getBytes(UTF_8));
      for (String sql : new String[] {"BEGIN", "INSERT INTO deed VALUES (1)", "COMMIT"}) {
        out.writeByte('Q');
        out.writeInt(4 + sql.length() + 1);
        out.write((sql + "\0").getBytes(UTF_8));
      }
      return bytes.toByteArray();
    }
  }

  private Connection connect(PreferQueryMode mode) throws SQLException {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {proxy.host()});
    source.setPortNumbers(new int[] {proxy.port()});
    source.setDatabaseName(database.name());
    source.setUser(database.user());
    source.setPassword(database.password());
    source.setPreferQueryMode(mode);
    Connection connection = source.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Counts how often a COMMIT was parsed for that. */
  private ProxyRule commitOften(Connection connection) throws SQLException {
    ProxyRule parsed = proxy.count(MessagePattern.of(PARSE).text("COMMIT"));
    for (int i = 0; i < OFTEN; i++) {
      insert(connection, -i);
      connection.commit();
    }
    return parsed;
  }

  private static void assertLost(Connection connection) {
    assertThatThrownBy(connection::commit)
        .hasRootCauseInstanceOf(IOException.class)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
  }

  private static void insert(Connection connection, int id) throws SQLException {
    try (var statement = connection.prepareStatement("INSERT INTO deed VALUES (?)")) {
      statement.setInt(1, id);
      statement.executeUpdate();
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int rows() throws SQLException {
    try (var direct = database.dataSource().getConnection();
        var statement = direct.createStatement();
        var result = statement.executeQuery("SELECT count(*) FROM deed")) {
      result.next();
      return result.getInt(1);
    }
  }

  private int rowsUnchecked() {
    try {
      return rows();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitOpen(int connections) {
    Await.until(
        PATIENCE,
        () -> connections + " open connections instead of " + proxy.connectionsOpen(),
        () -> proxy.connectionsOpen() == connections);
  }
}
