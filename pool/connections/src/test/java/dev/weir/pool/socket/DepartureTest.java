package dev.weir.pool.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.pool.Pools;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each socket that operators send away leaves once, and for the reason that they gave. */
@RealServers
class DepartureTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private PostgresConfig postgres;

  @BeforeEach
  void start(TestDatabase database) {
    postgres = Pools.postgres(database);
  }

  private static Map<Departure, Long> left(AgingPool aging) {
    aging.age(Duration.ZERO);
    var known = new EnumMap<Departure, Long>(aging.pool().wear().ever().departed());
    known.values().removeIf(many -> many == 0);
    return known;
  }

  private static PoolConfig size(int min, int max) {
    return new PoolConfig(min, max, PATIENCE);
  }

  @Test
  void idle_ones_that_are_too_many_after_a_resize_leave_as_surplus() {
    try (var aging = new AgingPool(postgres, 4, 4)) {
      aging.pool().resize(size(0, 1));
      assertThat(left(aging)).containsOnly(Map.entry(Departure.SURPLUS, 3L));
      assertThat(aging.pool().connections()).isOne();
      assertThat(aging.gate().snapshot().supply()).isOne();
    }
  }

  @Test
  void one_in_use_that_is_too_many_leaves_as_surplus_when_it_comes_back() throws SQLException {
    try (var aging = new AgingPool(postgres, 2, 2)) {
      List<Connection> held = List.of(aging.lend(), aging.lend());
      aging.pool().resize(size(0, 1));
      assertThat(left(aging)).as("both are in use").isEmpty();
      for (Connection each : held) {
        each.close();
      }
      assertThat(left(aging)).containsOnly(Map.entry(Departure.SURPLUS, 1L));
      assertThat(aging.pool().connections()).isOne();
    }
  }

  @Test
  void idle_ones_of_an_old_login_leave_as_rotated() throws SQLException {
    try (var aging = new AgingPool(postgres, 3, 4)) {
      assertThat(aging.pool().renewBeside()).isTrue();
      assertThat(left(aging)).containsOnly(Map.entry(Departure.ROTATED, 3L));
      assertThat(aging.pool().connections()).isEqualTo(3);
    }
  }

  @Test
  void one_in_use_of_an_old_login_leaves_as_rotated_when_it_comes_back() throws SQLException {
    try (var aging = new AgingPool(postgres, 1, 2)) {
      try (Connection held = aging.lend()) {
        assertThat(aging.pool().renewBeside()).isTrue();
        assertThat(left(aging)).as("it is in use").isEmpty();
        assertThat(Pools.one(held, "select 1")).isOne();
      }
      assertThat(left(aging)).containsOnly(Map.entry(Departure.ROTATED, 1L));
    }
  }

  @Test
  void idle_ones_leave_as_paused_and_others_come_after_the_pause() throws SQLException {
    try (var aging = new AgingPool(postgres, 2, 2)) {
      aging.pool().hold();
      assertThat(left(aging)).containsOnly(Map.entry(Departure.PAUSED, 2L));
      assertThat(aging.pool().connections()).isZero();
      aging.pool().release();
      assertThat(left(aging)).containsOnly(Map.entry(Departure.PAUSED, 2L));
      assertThat(aging.pool().connections()).isEqualTo(2);
      assertThat(aging.backend()).isPositive();
    }
  }

  /** Its password may have been read before the renewal: nobody can say of which it is. */
  @Test
  void one_whose_login_began_before_a_renewal_and_ended_after_it_is_of_the_old_login()
      throws Exception {
    var renewed = new CountDownLatch(1);
    AgingPool.Fault slowSecond =
        attempt -> {
          if (attempt == 2) {
            await(renewed);
          }
        };
    try (var aging = new AgingPool(postgres, 1, 3, slowSecond)) {
      aging.pool().resize(size(2, 3));
      Await.until(PATIENCE, "the second login begins", () -> aging.tries() == 2);
      assertThat(aging.pool().renewBeside()).isTrue();
      renewed.countDown();
      assertThat(left(aging))
          .as("the first, and the one that came late")
          .containsOnly(Map.entry(Departure.ROTATED, 2L));
      assertThat(aging.tries()).isEqualTo(4);
      assertThat(aging.pool().connections()).isEqualTo(2);
    }
  }

  private static void await(CountDownLatch latch) throws SQLException {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupt) {
      throw new SQLException(interrupt);
    }
  }
}
