package dev.weir.pool.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.config.PostgresConfig;
import dev.weir.pool.Pools;
import dev.weir.pool.admission.OwnSockets;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RealServers
@Tag("faults")
class LoginTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestDatabase database;

  LoginTest(TestDatabase database) {
    this.database = database;
  }

  private static void assertCut(PostgresConfig config) {
    var sockets = new OwnSockets(config);
    long start = System.nanoTime();
    assertThatThrownBy(sockets::lend)
        .isInstanceOfSatisfying(
            SQLException.class,
            no -> assertThat(ConnectTrouble.of(no)).isEqualTo(ConnectTrouble.UNREACHABLE));
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(config.connectTimeout(), config.connectTimeout().plusMillis(900));
    assertThat(sockets.inUse()).isZero();
    sockets.close();
  }

  @Test
  void behind_a_black_hole_is_cut_at_the_connect_timeout_to_the_millisecond() {
    try (var proxy = TcpProxy.to(database.server().host(), database.server().port())) {
      proxy.blackHole();
      String url = "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), "x");
      assertCut(Pools.postgres(database).url(url).connectTimeout(Duration.ofMillis(1_050)));
    }
  }

  @Test
  void at_a_server_that_is_slow_to_let_in_is_cut_too() {
    String url = database.jdbcUrl();
    String slow = (url.contains("?") ? "&" : "?") + "options=-c%20post_auth_delay=3";
    assertCut(Pools.postgres(database).url(url + slow).connectTimeout(Duration.ofMillis(1_200)));
  }

  @Test
  void on_a_virtual_thread_ends_with_an_interrupt_and_says_so() throws Exception {
    try (var proxy = TcpProxy.to(database.server().host(), database.server().port())) {
      proxy.blackHole();
      String url = "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), "x");
      var sockets = new OwnSockets(Pools.postgres(database).url(url));
      var login =
          new FutureTask<SQLException>(
              () -> catchThrowableOfType(SQLException.class, sockets::lend));
      Thread caller = Thread.ofVirtual().start(login);
      Await.until(PATIENCE, "the login has begun", () -> proxy.connectionsOpen() == 1);
      caller.interrupt();
      assertThat(ConnectTrouble.of(login.get())).isEqualTo(ConnectTrouble.INTERRUPTED);
      sockets.close();
    }
  }

  @Test
  void with_a_socket_factory_in_the_url_uses_that_one() throws SQLException {
    String factory = PlainFactory.class.getName();
    String url = database.jdbcUrl();
    String join = url.contains("?") ? "&" : "?";
    var sockets =
        new OwnSockets(Pools.postgres(database).url(url + join + "socketFactory=" + factory));
    int before = PlainFactory.MADE.get();
    try (Connection connection = sockets.lend()) {
      assertThat(Pools.one(connection, "select 1")).isOne();
      assertThat(PlainFactory.MADE.get()).isGreaterThan(before);
    }
    sockets.close();
  }
}
