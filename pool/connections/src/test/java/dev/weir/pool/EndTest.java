package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.config.PostgresConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.Deadline;
import dev.weir.pool.admission.PlainDataSource;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RealServers
@Tag("faults")
class EndTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestDatabase database;

  EndTest(TestDatabase database) {
    this.database = database;
  }

  private static void assertClosed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AdmissionRejectedException.class,
            no -> assertThat(no.reason()).isEqualTo(Reason.CLOSED));
  }

  @Test
  void closing_twice_is_harmless_and_use_after_it_is_refused() throws SQLException {
    var pools = Pools.open(database, 2);
    pools.manager().useSession(c -> Pools.run(c, "select 1"));
    pools.close();
    pools.close();
    assertClosed(() -> pools.manager().useSession(_ -> {}));
    assertThat(pools.manager().snapshot().state()).isEqualTo(PoolState.CLOSED);
  }

  @Test
  void closing_leaves_no_socket_behind() throws SQLException {
    var pools = Pools.open(database, 2);
    pools.manager().useSession(c -> Pools.run(c, "select 1"));
    pools.close();
    Await.until(PATIENCE, "no backend of ours is left", () -> backends() == 0);
  }

  private int backends() {
    String mine =
        "select count(*) from pg_stat_activity where datname = '%s' and pid <> pg_backend_pid()"
            .formatted(database.name());
    try (var c = database.dataSource().getConnection()) {
      return Pools.one(c, mine);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void draining_waits_for_the_sessions_under_way_and_lets_nobody_else_in() throws Exception {
    try (var pools = Pools.open(database, 2)) {
      var held = Held.sessions(pools, 1);
      assertThat(pools.manager().drain(Deadline.in(Duration.ofMillis(50)))).isOne();
      assertClosed(() -> pools.manager().useSession(_ -> {}));
      held.letGo();
      assertThat(pools.manager().drain(Deadline.in(PATIENCE))).isZero();
      held.close();
    }
  }

  @Test
  void once_it_stops_accepting_only_the_exempt_get_in() {
    try (var pools = Pools.open(database, 2)) {
      var exempt = new AtomicBoolean(true);
      pools.manager().stopAccepting(exempt::get);
      pools.manager().useSession(_ -> {});
      assertThat(pools.manager().snapshot().state()).isEqualTo(PoolState.DRAINING);
      exempt.set(false);
      assertClosed(() -> pools.manager().useSession(_ -> {}));
    }
  }

  @Test
  void a_data_source_of_the_service_is_used_behind_the_gate_and_left_open() throws SQLException {
    try (var own = new HikariDataSource()) {
      own.setDataSource(database.dataSource());
      var settings =
          new ConnectionSettings(
                  PostgresConfig.defaults(),
                  Pools.settings(database, 2).pool(),
                  Pools.LANES,
                  Pools.settings(database, 2).redis(),
                  null)
              .override(own);
      try (var pools = Pools.open(settings)) {
        int five = pools.manager().withSession(c -> Pools.one(c, "select 5"));
        assertThat(five).isEqualTo(5);
        pools
            .manager()
            .useSession(_ -> assertThat(pools.manager().snapshot().connections()).isOne());
      }
      assertThat(own.isClosed()).isFalse();
      try (var c = own.getConnection()) {
        assertThat(Pools.one(c, "select 1")).isOne();
      }
    }
  }

  @Test
  void listeners_hear_of_uses_and_refusals_and_one_that_throws_hurts_nobody() throws SQLException {
    var connected = new AtomicInteger();
    var used = new AtomicInteger();
    var refused = new AtomicInteger();
    var counting =
        new PoolListener() {
          @Override
          public void connected(long nanos) {
            connected.incrementAndGet();
          }

          @Override
          public void used(String lane, long nanos) {
            used.incrementAndGet();
          }

          @Override
          public void rejected(String lane, Reason reason, long waitNanos) {
            refused.incrementAndGet();
          }
        };
    var throwing =
        new PoolListener() {
          @Override
          public void used(String lane, long nanos) {
            throw new IllegalStateException("a listener of the service");
          }
        };
    try (var pools = Pools.open(Pools.settings(database, 1), throwing, counting)) {
      for (int i = 0; i < 2_000; i++) {
        pools.manager().useSession(_ -> {});
      }
      var access = Access.readWrite().deadline(Duration.ofMillis(30));
      try (Connection _ = pools.manager().dataSource().getConnection()) {
        assertThatThrownBy(() -> pools.manager().useSession(access, _ -> {}))
            .isInstanceOf(AdmissionRejectedException.class);
      }
      assertThat(connected.get()).isPositive();
      assertThat(used.get()).isBetween(1, 200);
      assertThat(refused.get()).isOne();
    }
  }

  @Test
  void a_listener_that_throws_an_error_costs_no_permit() throws Exception {
    var heard = new AtomicInteger();
    var throwing =
        new PoolListener() {
          @Override
          public void waited(String lane, long nanos) {
            heard.incrementAndGet();
            throw new AssertionError("an error of the service's listener");
          }
        };
    try (var pools = Pools.open(Pools.settings(database, 1), throwing)) {
      var held = Held.sessions(pools, 1);
      int atFirst = heard.get(); // it may have waited for its socket
      Thread waiter = Thread.ofVirtual().start(() -> pools.manager().useSession(_ -> {}));
      Await.until(
          PATIENCE,
          "the second caller waits",
          () -> pools.manager().snapshot().gate().queued() == 1);
      assertThat(pools.manager().snapshot().state()).isEqualTo(PoolState.EXHAUSTED);
      held.close();
      waiter.join();
      assertThat(heard.get()).isEqualTo(atFirst + 1);
      assertThat(pools.manager().snapshot().gate().inUse()).isZero();
    }
  }

  @Test
  void a_connection_that_cannot_be_made_read_only_is_thrown_away_and_its_permit_kept()
      throws SQLException {
    try (var own = new HikariDataSource()) {
      own.setDataSource(database.dataSource());
      own.setMaximumPoolSize(1);
      own.setConnectionTimeout(2_000);
      var settings = Pools.settings(database, 1).override(new Stubborn(own));
      try (var pools = Pools.open(settings)) {
        for (int i = 0; i < 3; i++) {
          assertThatThrownBy(() -> pools.manager().useSession(Access.readOnly(), _ -> {}))
              .isInstanceOf(DatabaseUnavailableException.class)
              .hasStackTraceContaining("cannot be made read-only");
        }
        int one = pools.manager().withSession(c -> Pools.one(c, "select 1"));
        assertThat(one).isOne();
        assertThat(pools.manager().snapshot().gate().inUse()).isZero();
      }
    }
  }

  /** A real data source whose real connections refuse to become read-only. */
  private static final class Stubborn extends PlainDataSource {

    private final HikariDataSource real;

    Stubborn(HikariDataSource real) {
      this.real = real;
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = real.getConnection();
      InvocationHandler stubborn =
          (_, method, arguments) -> {
            if (method.getName().equals("setReadOnly")) {
              throw new SQLException("cannot be made read-only");
            }
            try {
              return method.invoke(connection, arguments);
            } catch (InvocationTargetException thrown) {
              throw thrown.getCause();
            }
          };
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, stubborn);
    }
  }

  @Test
  void a_killed_server_gives_clear_errors_and_good_sessions_once_it_is_back() {
    try (var server = PostgresServer.start();
        var own = server.freshDatabase();
        var pools = Pools.open(own, 2)) {
      pools.manager().useSession(_ -> {});
      server.kill();
      assertThatThrownBy(
              () ->
                  pools
                      .manager()
                      .useSession(
                          Access.readWrite().deadline(Duration.ofSeconds(8)),
                          c -> Pools.run(c, "select 1")))
          .isInstanceOfAny(DatabaseUnavailableException.class, SQLException.class);
      server.restart();
      Await.until(PATIENCE, "a session works again", () -> works(pools));
      assertThat(pools.manager().snapshot().gate().inUse()).isZero();
    }
  }

  private static boolean works(Pools pools) {
    try {
      return pools.manager().withSession(c -> Pools.one(c, "select 1")) == 1;
    } catch (SQLException | DatabaseUnavailableException _) {
      return false;
    }
  }
}
