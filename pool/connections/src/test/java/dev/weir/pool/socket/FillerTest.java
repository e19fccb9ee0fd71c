package dev.weir.pool.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.Pools;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RealServers
@Tag("faults")
class FillerTest {

  private final TestDatabase database;

  FillerTest(TestDatabase database) {
    this.database = database;
  }

  @Test
  void opens_the_least_at_once_and_no_more() {
    try (var aging = new AgingPool(Pools.postgres(database), 3, 8)) {
      assertThat(aging.pool().connections()).isEqualTo(3);
      aging.age(Duration.ofSeconds(15));
      assertThat(aging.tries()).isEqualTo(3);
    }
  }

  @Test
  void pauses_twice_as_long_after_each_failure_up_to_a_quarter_of_a_second() {
    try (var aging = new AgingPool(Pools.postgres(database), 1, 1, FillerTest::fail)) {
      assertThat(aging.tries()).isOne();
      int tries = 1;
      for (int pause : List.of(25, 50, 100, 125, 125, 125)) {
        aging.age(Duration.ofMillis(pause - 1));
        assertThat(aging.tries()).as("tries before %d ms", pause).isEqualTo(tries);
        aging.age(Duration.ofMillis(1));
        tries++;
        assertThat(aging.tries()).as("tries after %d ms", pause).isEqualTo(tries);
      }
    }
  }

  private static void fail(int attempt) throws SQLException {
    throw new SQLException("attempt " + attempt + " is to fail", "08001");
  }

  @Test
  void begins_with_the_shortest_pause_again_after_a_success() throws SQLException {
    try (var aging =
        new AgingPool(
            Pools.postgres(database),
            1,
            1,
            attempt -> {
              if (attempt != 3) {
                fail(attempt);
              }
            })) {
      aging.age(Duration.ofMillis(25));
      aging.age(Duration.ofMillis(50));
      assertThat(aging.pool().connections()).isOne();
      aging.lend().abort(Runnable::run);
      aging.age(Duration.ZERO);
      assertThat(aging.tries()).isEqualTo(4);
      aging.age(Duration.ofMillis(25));
      assertThat(aging.tries()).isEqualTo(5);
    }
  }

  @Test
  void an_error_in_a_connect_costs_no_place() throws SQLException {
    try (var aging =
        new AgingPool(
            Pools.postgres(database),
            1,
            1,
            attempt -> {
              if (attempt <= 2) {
                throw new LinkageError("a class of the driver is missing");
              }
            })) {
      aging.age(Duration.ofMillis(25));
      aging.age(Duration.ofMillis(50));
      assertThat(aging.tries()).isEqualTo(3);
      assertThat(aging.backend()).isPositive();
    }
  }

  @Test
  void opens_no_more_than_a_burst_at_once_and_the_rest_in_the_ticks_that_follow() {
    try (var aging = new AgingPool(Pools.postgres(database), 40, 40)) {
      assertThat(aging.tries()).isEqualTo(Filler.BURST);
      aging.age(Lifetimes.TICK);
      assertThat(aging.tries()).isEqualTo(40);
      assertThat(aging.pool().connections()).isEqualTo(40);
    }
  }

  @Test
  void sends_one_probe_at_a_time_after_a_failure() {
    try (var aging = new AgingPool(Pools.postgres(database), 8, 8, FillerTest::fail)) {
      int first = aging.tries();
      assertThat(first).isBetween(1, 4);
      for (int probe = 1; probe <= 5; probe++) {
        aging.age(Duration.ofMillis(125));
        assertThat(aging.tries()).isBetween(first, first + 2 * probe);
      }
    }
  }

  @Test
  void asks_seldom_after_a_login_was_refused() {
    try (var aging =
        new AgingPool(
            Pools.postgres(database),
            1,
            1,
            _ -> {
              throw new SQLException("refused", "28P01");
            })) {
      int tries = 1;
      for (int pause : List.of(500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000)) {
        aging.age(Duration.ofMillis(pause - 1));
        assertThat(aging.tries()).as("tries before %d ms", pause).isEqualTo(tries);
        aging.age(Duration.ofMillis(1));
        tries++;
        assertThat(aging.tries()).as("tries after %d ms", pause).isEqualTo(tries);
      }
    }
  }
}
