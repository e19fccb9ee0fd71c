package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.gate.Deadline;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Managers that share the 17 connections which a server of 20 has for everybody. */
@Timeout(180)
@Tag("faults")
class FleetTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Nine tenths of 17. */
  private static final int BUDGET = 15;

  private final PostgresServer server =
      PostgresServer.builder().setting("max_connections", "20").start();
  private final List<FleetShare> shares = new CopyOnWriteArrayList<>();
  private final Logins logins = new Logins();
  private final PoolListener noting =
      new PoolListener() {
        @Override
        public void shareChanged(FleetShare share) {
          shares.add(share);
        }
      };

  @AfterEach
  void stop() {
    server.close();
  }

  private ConnectionSettings settings(int max) {
    PostgresConfig postgres =
        PostgresConfig.defaults()
            .url(server.jdbcUrl("postgres"))
            .user(server.user())
            .password(Secret.of(server.password()));
    PoolConfig pool = new PoolConfig(0, max, PATIENCE).fleet(new PoolConfig.Fleet("orders", 1));
    return new ConnectionSettings(postgres, pool, Pools.LANES, RedisConfig.defaults(), null);
  }

  private static void await(Pools pools, int max) {
    Await.until(
        PATIENCE,
        () -> "a share of %d, but %s".formatted(max, pools.manager().snapshot().line()),
        () -> pools.manager().snapshot().max() == max);
  }

  @Test
  void a_newcomer_takes_only_what_the_other_has_given_up_and_no_session_is_cut() throws Exception {
    var failure = new AtomicReference<Throwable>();
    try (var first = Pools.open(settings(15), noting, logins)) {
      await(first, BUDGET);
      var release = new CountDownLatch(1);
      List<Thread> holders = hold(first, 12, release, failure);

      try (var second = Pools.open(settings(15), logins)) {
        await(first, 7);
        Await.until(
            PATIENCE,
            () -> "the second to know, but " + second.manager().snapshot().line(),
            () -> second.manager().snapshot().connections() >= 2);
        assertThat(first.manager().snapshot().used()).isGreaterThanOrEqualTo(12);
        assertThat(second.manager().snapshot().max()).as("nothing is left").isEqualTo(4);

        release.countDown();
        for (Thread holder : holders) {
          holder.join();
        }

        assertThat(failure).hasValue(null);
        await(second, 7);
        Await.until(
            PATIENCE,
            "what is too many to go",
            () -> first.manager().snapshot().connections() <= 7);
      }
      await(first, BUDGET);
      // Bit by bit at first, and in the end too if it has not yet been with the same for long.
      assertThat(shares)
          .extracting(FleetShare::connections)
          .startsWith(8, 15, 7)
          .containsSubsequence(15, 7, 15);
      assertThat(shares.getLast().reason()).isEqualTo("it has the 15 connections to itself");
      assertThat(shares.getLast()).extracting(FleetShare::members).isEqualTo(1);
    }
    assertThat(logins.refused()).isEmpty();
  }

  /** Sessions that are open at once, until told to end with one more statement. */
  private static List<Thread> hold(
      Pools pools, int count, CountDownLatch release, AtomicReference<Throwable> failure)
      throws InterruptedException {
    var held = new CountDownLatch(count);
    List<Thread> holders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      holders.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      pools
                          .manager()
                          .useSession(
                              c -> {
                                Pools.run(c, "select 1");
                                held.countDown();
                                release.await();
                                Pools.run(c, "select 2");
                              });
                    } catch (Exception e) {
                      failure.set(e);
                      held.countDown();
                    }
                  }));
    }
    held.await();
    return holders;
  }

  @Test
  void a_server_that_strangers_have_filled_takes_a_fifth_from_it() throws Exception {
    List<Connection> strangers = new ArrayList<>();
    var stop = new AtomicBoolean();
    List<Thread> callers = new ArrayList<>();
    try (var pools = Pools.open(settings(15), noting)) {
      await(pools, BUDGET);
      // A superuser may take those that are reserved, too.
      for (int i = 0; i < 10; i++) {
        strangers.add(
            DriverManager.getConnection(
                server.jdbcUrl("postgres"), server.user(), server.password()));
      }
      for (int i = 0; i < 30; i++) {
        callers.add(Thread.ofVirtual().start(() -> call(pools, stop)));
      }
      Await.until(
          PATIENCE,
          () -> "a smaller share, but " + shares,
          () -> shares.getLast().connections() < BUDGET);
      stop.set(true);
      assertThat(shares)
          .filteredOn(share -> share.reason().contains("53300"))
          .first()
          .extracting(FleetShare::connections)
          .isEqualTo(12);
      for (Thread caller : callers) {
        caller.join();
      }
    } finally {
      for (Connection stranger : strangers) {
        stranger.close();
      }
    }
  }

  private static void call(Pools pools, AtomicBoolean stop) {
    while (!stop.get()) {
      try {
        pools.manager().useSession(c -> Pools.run(c, "select pg_sleep(0.01)"));
      } catch (SQLException failure) {
        throw new AssertionError(failure);
      }
    }
  }

  @Test
  void who_asks_for_more_gets_no_more_and_a_pause_is_not_ended_by_another_share() throws Exception {
    try (var first = Pools.open(settings(15))) {
      await(first, BUDGET);
      first.manager().resize(0, 200);
      assertThat(first.manager().snapshot().max()).isEqualTo(BUDGET);
      assertThat(first.manager().pause(Deadline.in(PATIENCE))).isZero();
      try (var second = Pools.open(settings(15))) {
        await(first, 7);
        assertThat(first.manager().snapshot().gate().permits()).isZero();
        assertThat(second.manager().snapshot().max()).isLessThanOrEqualTo(7);
      }
      first.manager().resume();
      assertThat(first.manager().snapshot().gate().limit())
          .isEqualTo(first.manager().snapshot().max());
      first.manager().useSession(c -> Pools.run(c, "select 1"));
    }
  }

  @Test
  void settings_that_leave_nothing_to_share_are_refused_with_the_mend() {
    assertThatThrownBy(() -> Pools.open(settings(3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pool.max = 3 is too few for pool.fleet = orders")
        .hasMessageContaining("raise it to 4");
    ConnectionSettings pooled = settings(15);
    assertThatThrownBy(
            () ->
                Pools.open(
                    new ConnectionSettings(
                        pooled.postgres().pooler(PostgresConfig.Pooler.TRANSACTION),
                        pooled.pool(),
                        pooled.lanes(),
                        pooled.redis(),
                        null)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a pooler");
  }
}
