package dev.weir.pool.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PostgresConfig;
import dev.weir.pool.Pools;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When sockets leave although nothing is wrong with them; upkeep comes every five seconds. */
@RealServers
@Tag("faults")
class LifetimesTest {

  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final Duration AGE = AgingPool.LIFETIMES.age();
  private static final Duration IDLE = AgingPool.LIFETIMES.idle();
  private static final Duration KEEPALIVE = AgingPool.LIFETIMES.keepalive();

  private TcpProxy proxy;
  private PostgresConfig postgres;

  @BeforeEach
  void start(TestDatabase database) {
    proxy = TcpProxy.to(database.server().host(), database.server().port());
    postgres =
        Pools.postgres(database)
            .url(
                "jdbc:postgresql://%s:%d/%s"
                    .formatted(proxy.host(), proxy.port(), database.name()));
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  @Test
  void an_idle_socket_leaves_at_its_lifetime_and_not_before() throws SQLException {
    try (var aging = new AgingPool(postgres, 1, 1)) {
      int first = aging.backend();
      aging.age(AGE.minus(MOMENT));
      assertThat(aging.tries()).isOne();
      aging.age(MOMENT);
      assertThat(aging.tries()).isEqualTo(2);
      assertThat(aging.pool().connections()).isOne();
      assertThat(aging.backend()).isNotEqualTo(first);
    }
  }

  @Test
  void one_in_use_leaves_only_when_it_comes_back() throws SQLException {
    try (var aging = new AgingPool(postgres, 1, 1)) {
      int first;
      try (Connection held = aging.lend()) {
        first = Pools.one(held, "select pg_backend_pid()");
        aging.age(AGE.multipliedBy(2));
        assertThat(Pools.one(held, "select pg_backend_pid()")).isEqualTo(first);
        assertThat(aging.tries()).isOne();
      }
      assertThat(aging.backend()).isNotEqualTo(first);
      assertThat(aging.pool().connections()).isOne();
      assertThat(left(aging, Departure.AGED)).isOne();
    }
  }

  private static long left(AgingPool aging, Departure why) {
    return aging.pool().wear().ever().departed().getOrDefault(why, 0L);
  }

  @Test
  void idle_ones_leave_down_to_the_least() throws SQLException {
    try (var aging = new AgingPool(postgres, 2, 4)) {
      List<Connection> held = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        held.add(aging.lend());
      }
      for (Connection each : held) {
        each.close();
      }
      aging.age(IDLE.minus(MOMENT));
      assertThat(aging.pool().connections()).isEqualTo(4);
      aging.age(MOMENT.multipliedBy(2));
      assertThat(aging.pool().connections()).isEqualTo(2);
      aging.age(IDLE.multipliedBy(2));
      assertThat(aging.pool().connections()).isEqualTo(2);
      assertThat(aging.gate().snapshot().supply()).isEqualTo(2);
      assertThat(aging.tries()).isEqualTo(4);
      assertThat(left(aging, Departure.IDLE)).isEqualTo(2);
    }
  }

  @Test
  void one_that_is_used_now_and_then_stays() throws SQLException {
    try (var aging = new AgingPool(postgres, 0, 1)) {
      int first = aging.backend();
      for (int i = 0; i < 5; i++) {
        aging.age(IDLE.minus(MOMENT));
        assertThat(aging.backend()).isEqualTo(first);
      }
    }
  }

  @Test
  void keepalive_asks_an_idle_one_in_time() throws SQLException {
    try (var aging = new AgingPool(postgres, 1, 1)) {
      long login = proxy.bytesToServer();
      aging.age(KEEPALIVE.minus(MOMENT));
      assertThat(proxy.bytesToServer()).isEqualTo(login);
      aging.age(MOMENT);
      assertThat(proxy.bytesToServer()).isGreaterThan(login);
      assertThat(aging.tries()).isOne();
    }
  }

  @Test
  void keepalive_drops_a_dead_one_and_another_comes() throws SQLException {
    try (var aging = new AgingPool(postgres, 1, 1)) {
      proxy.cut();
      aging.age(KEEPALIVE.minus(MOMENT));
      assertThat(aging.tries()).isOne();
      aging.age(MOMENT);
      assertThat(aging.tries()).isEqualTo(2);
      assertThat(aging.pool().connections()).isOne();
      assertThat(aging.backend()).isPositive();
    }
  }

  @Test
  void age_and_use_are_counted() throws SQLException {
    try (var aging = new AgingPool(postgres, 2, 2)) {
      aging.backend();
      aging.age(Duration.ofSeconds(10));
      aging.backend();
      aging.lend().abort(Runnable::run);
      aging.age(Duration.ZERO);
      Wear wear = aging.pool().wear();
      assertThat(wear.open()).isEqualTo(2);
      assertThat(wear.oldestSeconds()).isEqualTo(10);
      assertThat(wear.totalSeconds()).isEqualTo(10);
      assertThat(wear.ever().opened()).isEqualTo(3);
      assertThat(wear.ever().lost()).as("it was thrown away on purpose").isZero();
      assertThat(wear.ever().epoch()).isZero();
      assertThat(wear.ever().departed()).containsEntry(Departure.LOST, 1L);
    }
  }
}
