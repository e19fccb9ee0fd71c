package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigurationException.Problem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits, each possible alone, that cannot hold together. */
@Tag("faults")
class ContradictoryLimitsTest {

  private static void assertNamed(ConfigLoader loader, String... keys) {
    assertThatThrownBy(loader::load)
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            no ->
                assertThat(no.problems()).extracting(Problem::key).containsExactlyInAnyOrder(keys));
  }

  @Test
  void of_pool_and_lanes_are_named_all_at_once() {
    assertNamed(
        ConfigLoader.empty()
            .set("pool.min", "8")
            .set("pool.max", "5")
            .set("lanes.batch.reserved", "3")
            .set("lanes.batch.limit", "2")
            .set("bulkheads.default.limit", "0"),
        "pool.min",
        "lanes.batch.limit",
        "bulkheads.default.limit");
  }

  @Test
  void of_lanes_that_reserve_more_than_there_is_name_the_greediest_and_the_sum() {
    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .set("pool.min", "0")
                    .set("pool.max", "5")
                    .set("lanes.batch.reserved", "3")
                    .set("lanes.training.reserved", "2")
                    .load())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("lanes.batch.reserved = 3")
        .hasMessageContaining("all lanes together reserve 6 of pool.max = 5");
  }
}
