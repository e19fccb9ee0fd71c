package dev.weir.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.wire.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@RealServers
class TcpProxyTest {
  private final TestDatabase database;
  private final PostgresServer server;
  private TcpProxy proxy;

  TcpProxyTest(TestDatabase database, PostgresServer server) {
    this.database = database;
    this.server = server;
  }

  @BeforeEach
  void stand_between() {
    proxy = TcpProxy.to(server.host(), server.port());
  }

  @AfterEach
  void step_aside() {
    proxy.close();
  }

  @Nested
  class A_proxy_in_fair_weather {

    @Test
    void carries_a_session_and_counts() throws SQLException {
      try (var connection = connect(0)) {
        assertThat(answer(connection)).isEqualTo("1");
        assertThat(proxy.connectionsOpened()).isEqualTo(1);
        assertThat(proxy.connectionsOpen()).isEqualTo(1);
        assertThat(proxy.bytesToServer()).isBetween(100L, 10_000L);
        assertThat(proxy.bytesToClient()).isBetween(100L, 10_000L);
      }
      awaitOpen(0);
      assertThat(proxy.connectionsOpened()).isEqualTo(1);
    }

    @Test
    void carries_much_both_ways_unchanged() throws SQLException {
      try (var connection = connect(0);
          var statement = connection.prepareStatement("SELECT md5(?), repeat('x', 3000000)")) {
        statement.setString(1, "y".repeat(3_000_000));
        try (var result = statement.executeQuery()) {
          result.next();
          // What md5sum says of three million y.
          assertThat(result.getString(1)).isEqualTo("67a78c7113fb2ec7a6e783e39c4270ca");
          assertThat(result.getString(2)).hasSize(3_000_000);
        }
      }
    }

    @Test
    void passes_on_that_one_side_has_finished_and_waits_for_the_other() throws IOException {
      try (var echo = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          var through = TcpProxy.to("127.0.0.1", echo.getLocalPort());
          var client = new Socket(InetAddress.getLoopbackAddress(), through.port());
          var accepted = echo.accept()) {
        client.getOutputStream().write("question".getBytes(UTF_8));
        client.shutdownOutput();
        assertThat(accepted.getInputStream().readAllBytes()).asString().isEqualTo("question");
        accepted.getOutputStream().write("answer".getBytes(UTF_8));
        accepted.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
      }
    }
  }

  @Nested
  class A_cut {

    @Test
    void resets_open_connections_and_serves_new_ones() throws SQLException {
      try (var connection = connect(0);
          var other = connect(0)) {
        proxy.cut();
        assertThatThrownBy(() -> answer(connection)).hasRootCauseInstanceOf(SocketException.class);
        assertThatThrownBy(() -> answer(other)).hasRootCauseInstanceOf(SocketException.class);
        awaitOpen(0);
      }
      try (var next = connect(0)) {
        assertThat(answer(next)).isEqualTo("1");
      }
    }

    @Test
    void is_a_reset_and_not_a_goodbye() throws IOException {
      try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          var through = TcpProxy.to("127.0.0.1", silent.getLocalPort());
          var client = new Socket(InetAddress.getLoopbackAddress(), through.port());
          var accepted = silent.accept()) {
        through.cut();
        for (var end : new Socket[] {client, accepted}) {
          assertThatThrownBy(() -> end.getInputStream().read())
              .isInstanceOf(SocketException.class)
              .hasMessageContaining("reset");
        }
      }
    }
  }

  @Nested
  class A_refusing_proxy {

    @Test
    void refuses_new_connections_keeps_open_ones_and_listens_again_on_its_port()
        throws SQLException {
      int port = proxy.port();
      try (var connection = connect(0)) {
        proxy.refuse();
        proxy.refuse();
        assertThatThrownBy(() -> connect(0)).hasRootCauseInstanceOf(ConnectException.class);
        assertThat(answer(connection)).isEqualTo("1");
      }
      proxy.accept();
      proxy.accept();
      assertThat(proxy.port()).isEqualTo(port);
      try (var connection = connect(0)) {
        assertThat(answer(connection)).isEqualTo("1");
      }
    }
  }

  @Nested
  class A_black_hole {

    @Test
    void swallows_what_is_sent_until_healed_and_then_delivers_it() throws SQLException {
      try (var impatient = connect(1);
          var patient = connect(0)) {
        long before = proxy.bytesToServer();
        proxy.blackHole();
        assertThatThrownBy(() -> answer(impatient))
            .hasRootCauseInstanceOf(SocketTimeoutException.class);
        var waiting = CompletableFuture.supplyAsync(() -> answerUnchecked(patient));
        assertThat(proxy.bytesToServer()).isEqualTo(before);
        assertThat(waiting).isNotDone();

        proxy.heal();

        assertThat(waiting).succeedsWithin(ofSeconds(20)).isEqualTo("1");
      }
    }

    @Test
    void accepts_new_connections_and_leaves_them_waiting() throws IOException {
      proxy.blackHole();
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
        awaitOpen(1);
        socket.setSoTimeout(200);
        assertThatThrownBy(() -> socket.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
      }
    }

    @Test
    void can_be_cut() throws SQLException {
      try (var connection = connect(0)) {
        proxy.blackHole();
        var waiting = CompletableFuture.supplyAsync(() -> answerUnchecked(connection));
        proxy.cut();
        assertThat(waiting).failsWithin(ofSeconds(20));
        awaitOpen(0);
      }
    }
  }

  @Nested
  class A_delay {

    @Test
    void is_added_each_way_and_can_be_taken_back() throws SQLException {
      try (var connection = connect(0)) {
        proxy.delay(ofMillis(150));
        assertThat(timeOfOneAnswer(connection)).isGreaterThanOrEqualTo(ofMillis(300));
        proxy.delay(Duration.ZERO);
        // More than one try, as a busy machine can be slow all by itself.
        Await.until(
            ofSeconds(20),
            "an answer without delay",
            () -> timeOfOneAnswer(connection).compareTo(ofMillis(300)) < 0);
      }
    }

    @Test
    void cannot_be_negative() {
      assertThatThrownBy(() -> proxy.delay(ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Jitter {

    @Test
    void delays_by_chance_and_keeps_the_order_of_what_is_sent() throws IOException {
      try (var ends = new Ends()) {
        ends.through.delay(Duration.ZERO, ofMillis(20));
        for (int i = 0; i < 10; i++) {
          ends.accepted.getOutputStream().write('0' + i);
        }
        assertThat(ends.clientReads(10)).isEqualTo("0123456789");
      }
    }

    @Test
    void cannot_be_negative() {
      assertThatThrownBy(() -> proxy.delay(Duration.ZERO, ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("jitter");
    }
  }

  @Nested
  class A_trickle {

    @Test
    void lets_through_byte_after_byte_and_the_rest_at_once_when_it_ends() throws IOException {
      try (var ends = new Ends()) {
        ends.through.trickle(10);
        long start = System.nanoTime();
        ends.accepted.getOutputStream().write("slow".getBytes(UTF_8));
        assertThat(ends.clientReads(4)).isEqualTo("slow");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(ofMillis(390));
        ends.through.trickle(1);
        ends.accepted.getOutputStream().write("x".repeat(5_000).getBytes(UTF_8));
        ends.through.trickle(0);
        assertThat(ends.clientReads(5_000)).hasSize(5_000);
      }
    }

    @Test
    void cannot_be_negative() {
      assertThatThrownBy(() -> proxy.trickle(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class An_injection {

    @Test
    void stands_before_the_next_byte_of_one_connection_once() throws IOException {
      try (var ends = new Ends()) {
        var rule = ends.through.inject(Direction.TO_CLIENT, "extra ".getBytes(UTF_8));
        assertThatThrownBy(() -> ends.through.inject(Direction.TO_CLIENT, new byte[1]))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("6 bytes more to the client");
        ends.accepted.getOutputStream().write("said".getBytes(UTF_8));
        assertThat(ends.clientReads(10)).isEqualTo("extra said");
        rule.await(ofSeconds(10));
        ends.accepted.getOutputStream().write("said".getBytes(UTF_8));
        assertThat(ends.clientReads(4)).isEqualTo("said");
      }
    }

    @Test
    void that_was_lifted_leaves_bytes_as_they_are() throws IOException {
      try (var ends = new Ends()) {
        ends.through.inject(Direction.TO_CLIENT, "extra".getBytes(UTF_8)).lift();
        ends.accepted.getOutputStream().write("said".getBytes(UTF_8));
        assertThat(ends.clientReads(4)).isEqualTo("said");
      }
    }
  }

  @Nested
  class A_drop {

    @Test
    void of_what_the_client_says_leaves_the_server_unaware() throws SQLException {
      create("unheard");
      try (var connection = connect(1)) {
        proxy.drop(Direction.TO_SERVER);
        assertThatThrownBy(() -> run(connection, "INSERT INTO unheard VALUES (1)"))
            .hasRootCauseInstanceOf(SocketTimeoutException.class);
      }
      proxy.heal();
      awaitOpen(0);
      assertThat(rows("unheard")).isZero();
    }

    @Test
    void of_what_the_server_says_lets_it_do_what_it_was_told() throws SQLException {
      create("untold");
      try (var connection = connect(1)) {
        long before = proxy.bytesToClient();
        proxy.drop(Direction.TO_CLIENT);
        assertThatThrownBy(() -> run(connection, "INSERT INTO untold VALUES (1)"))
            .hasRootCauseInstanceOf(SocketTimeoutException.class);
        assertThat(rows("untold")).isOne();
        assertThat(proxy.bytesToClient()).isEqualTo(before);
      }
    }

    @Test
    void goes_on_until_healed() throws IOException {
      try (var ends = new Ends()) {
        ends.through.drop(Direction.TO_SERVER);
        ends.say("lost");
        ends.answer("heard");
        assertThat(ends.clientReads(5)).isEqualTo("heard");
        ends.client.shutdownOutput();
        ends.accepted.setSoTimeout(200);
        assertThatThrownBy(() -> ends.accepted.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);

        ends.through.heal();

        ends.accepted.setSoTimeout(20_000);
        assertThat(ends.accepted.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Nested
  class A_truncation {

    @Test
    void lets_exactly_so_many_bytes_through_and_resets_who_sent_them() throws IOException {
      for (int bytes : new int[] {0, 1, 7, 11, 12}) {
        try (var ends = new Ends()) {
          var rule = ends.through.truncate(Direction.TO_SERVER, bytes);
          ends.say("twelve bytes");
          assertThat(ends.accepted.getInputStream().readAllBytes())
              .asString(UTF_8)
              .isEqualTo("twelve bytes".substring(0, bytes));
          rule.await(ofSeconds(20));
          assertThat(rule.times()).isOne();
          assertThatThrownBy(() -> ends.client.getInputStream().read())
              .isInstanceOf(SocketException.class)
              .hasMessageContaining("reset");
        }
      }
    }

    @Test
    void waits_for_the_byte_it_is_about() throws IOException {
      try (var ends = new Ends()) {
        var rule = ends.through.truncate(Direction.TO_CLIENT, 6);
        ends.answer("five!");
        assertThat(ends.clientReads(5)).isEqualTo("five!");
        assertThat(rule.times()).isZero();
        ends.answer("67");
        assertThat(ends.client.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("6");
        rule.await(ofSeconds(20));
      }
    }

    @Test
    void in_the_middle_of_a_message_is_a_lost_connection_and_happens_once() throws SQLException {
      try (var connection = connect(0)) {
        var rule = proxy.truncate(Direction.TO_CLIENT, 1_000_000);
        long before = proxy.bytesToClient();
        assertThatThrownBy(() -> run(connection, "SELECT repeat('x', 3000000)"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
        rule.await(ofSeconds(20));
        assertThat(proxy.bytesToClient() - before).isEqualTo(1_000_000);
      }
      try (var next = connect(0)) {
        run(next, "SELECT repeat('x', 3000000)");
      }
    }

    @Test
    void can_be_lifted_and_then_set_anew() throws SQLException {
      try (var connection = connect(0)) {
        var first = proxy.truncate(Direction.TO_CLIENT, 1);
        assertThatThrownBy(() -> proxy.truncate(Direction.TO_CLIENT, 5))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("\"cut after 1 bytes to the client\" still waits")
            .hasMessageContaining("lift()");
        first.lift();
        first.lift();
        assertThat(answer(connection)).isEqualTo("1");
        var second = proxy.truncate(Direction.TO_CLIENT, 2);
        assertThatThrownBy(() -> answer(connection)).isInstanceOf(SQLException.class);
        second.await(ofSeconds(20));
        assertThat(first.times()).isZero();
      }
    }

    @Test
    void cannot_be_negative_and_cannot_be_set_when_closed() {
      assertThatThrownBy(() -> proxy.truncate(Direction.TO_CLIENT, -1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("bytes = -1: must not be negative");
      proxy.close();
      assertThatThrownBy(() -> proxy.truncate(Direction.TO_CLIENT, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
    }
  }

  @Nested
  class A_server_that_is_down {

    @Test
    void is_seen_as_a_lost_connection() {
      try (var nowhere = TcpProxy.to("127.0.0.1", 1)) {
        var source = source(nowhere, 0);
        assertThatThrownBy(source::getConnection).hasRootCauseInstanceOf(IOException.class);
      }
    }
  }

  /** A client and a server of bytes, with a proxy between them. */
  private static final class Ends implements AutoCloseable {
    private final ServerSocket listening;
    private final TcpProxy through;
    private final Socket client;
    private final Socket accepted;

    Ends() throws IOException {
      listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      through = TcpProxy.to("127.0.0.1", listening.getLocalPort());
      client = new Socket(InetAddress.getLoopbackAddress(), through.port());
      accepted = listening.accept();
    }

    void say(String words) throws IOException {
      client.getOutputStream().write(words.getBytes(UTF_8));
    }

    void answer(String words) throws IOException {
      accepted.getOutputStream().write(words.getBytes(UTF_8));
    }

    String clientReads(int bytes) throws IOException {
      return new String(client.getInputStream().readNBytes(bytes), UTF_8);
    }

    @Override
    public void close() throws IOException {
      client.close();
      accepted.close();
      through.close();
      listening.close();
    }
  }

  private void create(String table) throws SQLException {
    try (var direct = database.dataSource().getConnection()) {
      run(direct, "CREATE TABLE " + table + " (id int)");
    }
  }

  private int rows(String table) throws SQLException {
    try (var direct = database.dataSource().getConnection();
        var statement = direct.createStatement();
        var result = statement.executeQuery("SELECT count(*) FROM " + table)) {
      result.next();
      return result.getInt(1);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect(int timeoutSeconds) throws SQLException {
    return source(proxy, timeoutSeconds).getConnection();
  }

  private PGSimpleDataSource source(TcpProxy through, int timeoutSeconds) {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {through.host()});
    source.setPortNumbers(new int[] {through.port()});
    source.setDatabaseName(database.name());
    source.setUser(database.user());
    source.setPassword(database.password());
    source.setSocketTimeout(timeoutSeconds);
    return source;
  }

  private void awaitOpen(int connections) {
    Await.until(
        ofSeconds(10),
        () -> connections + " open connections instead of " + proxy.connectionsOpen(),
        () -> proxy.connectionsOpen() == connections);
  }

  private static Duration timeOfOneAnswer(Connection connection) {
    long start = System.nanoTime();
    assertThat(answerUnchecked(connection)).isEqualTo("1");
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String answer(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT 1")) {
      result.next();
      return result.getString(1);
    }
  }

  private static String answerUnchecked(Connection connection) {
    try {
      return answer(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
