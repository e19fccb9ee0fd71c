package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaneConfigTest {
  private static final LaneConfig OPEN = new LaneConfig(0, LaneConfig.UNLIMITED, 1);

  @Nested
  class The_preset_lanes {
    @Test
    void have_these_defaults() {
      assertThat(WeirConfig.defaults(Profile.PRODUCTION).lanes())
          .isEqualTo(
              Map.of(
                  "interactive", OPEN,
                  "batch", OPEN,
                  "training", OPEN,
                  "mcp", OPEN,
                  "admin", new LaneConfig(1, LaneConfig.UNLIMITED, 1)));
    }

    @Test
    void reserve_nothing_for_admin_in_a_pool_smaller_than_four() {
      assertThat(pool(4).lanes().get("admin")).isEqualTo(OPEN.reserved(1));
      assertThat(pool(3).lanes().get("admin")).isEqualTo(OPEN);
      assertThat(pool(3).pool(new PoolConfig(0, 4, Duration.ofSeconds(1))).lanes().get("admin"))
          .isEqualTo(OPEN.reserved(1));
    }

    @Test
    void keep_a_reserve_for_admin_that_was_asked_for() {
      WeirConfig asked = pool(8).lane("admin", OPEN.reserved(2));

      assertThat(asked.pool(asked.pool().max(3)).lanes().get("admin")).isEqualTo(OPEN.reserved(2));
    }

    private WeirConfig pool(int max) {
      return ConfigLoader.empty().set("pool.min", "0").set("pool.max", "" + max).load();
    }
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.lanes = reports, exports",
            "weir.lanes.batch.reserved = 2",
            "weir.lanes.batch.limit = 9",
            "weir.lanes.batch.weight = 3",
            "weir.lanes.reports.limit = unlimited",
            "weir.lanes.exports.weight = 7");

    assertThat(config.lanes())
        .containsEntry("batch", new LaneConfig(2, 9, 3))
        .containsEntry("reports", OPEN)
        .containsEntry("exports", OPEN.weight(7))
        .hasSize(7);
  }

  @Test
  void has_a_wither_for_each_component() {
    assertThat(OPEN.limit(4).reserved(2)).isEqualTo(new LaneConfig(2, 4, 1));
    assertThat(OPEN.weight(5)).isEqualTo(new LaneConfig(0, LaneConfig.UNLIMITED, 5));
  }

  @Test
  void says_in_words_that_it_has_no_limit() {
    assertThat(OPEN).hasToString("LaneConfig[reserved=0, limit=unlimited, weight=1]");
    assertThat(OPEN.limited()).isFalse();
    assertThat(OPEN.limit(4).limited()).isTrue();
  }

  @Test
  void is_refused_with_every_problem_at_once() {
    assertThatThrownBy(() -> new LaneConfig(-1, 0, 0))
        .hasMessage(
            """
            3 problems in the configuration:
              - lanes.<name>.reserved = -1 (code): must be at least 0
              - lanes.<name>.limit = 0 (code): must be at least 1, or "unlimited"
              - lanes.<name>.weight = 0 (code): must lie in 1..1000""");
    assertThatThrownBy(() -> new LaneConfig(5, 4, 1001))
        .hasMessageContaining("limit = 4 (code): must be at least what the lane reserves (5)")
        .hasMessageContaining("weight = 1001");
  }

  @Nested
  class All_lanes_together {
    @Test
    void must_leave_a_connection_for_all() {
      assertThatThrownBy(
              () ->
                  ConfigLoader.empty()
                      .set("pool.max", "8")
                      .set("lanes.batch.reserved", "5")
                      .environment(Map.of("WEIR_LANES_MCP_RESERVED", "2"))
                      .load())
          .hasMessage(
              """
              1 problem in the configuration:
                - lanes.batch.reserved = 5 (code): all lanes together reserve 8 of pool.max = 8, \
              and at least 1 must stay free for all; lower a reserve or raise pool.max to 9""");
    }

    @Test
    void may_reserve_all_but_one() {
      WeirConfig config =
          ConfigLoader.empty().set("pool.max", "8").set("lanes.batch.reserved", "6").load();

      assertThat(config.lanes().get("batch")).isEqualTo(OPEN.reserved(6));
    }

    @Test
    void are_checked_again_by_a_wither() {
      WeirConfig config = WeirConfig.defaults(Profile.TEST);

      assertThatThrownBy(() -> config.lane("batch", OPEN.reserved(7)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("all lanes together reserve 8 of pool.max = 8");
    }

    @Test
    void fit_a_pool_of_one() {
      WeirConfig config = ConfigLoader.empty().set("pool.min", "0").set("pool.max", "1").load();

      assertThat(config.lanes().get("admin")).isEqualTo(OPEN);
    }
  }

  @Test
  void must_be_declared() {
    assertThatThrownBy(() -> ConfigLoader.empty().set("lanes.reports.limit", "3").load())
        .hasMessage(
            """
            1 problem in the configuration:
              - lanes.reports.limit = 3 (code): no lane "reports"; declare it with lanes = reports""");
  }

  @Test
  void must_have_a_name_of_the_right_letters() {
    assertThatThrownBy(() -> ConfigLoader.empty().set("lanes", "Reports").load())
        .hasMessageContaining("lanes = Reports (code): a lane is named by lower-case letters");
    WeirConfig config = WeirConfig.defaults(Profile.TEST);
    assertThatThrownBy(() -> config.lane("a.b", OPEN))
        .hasMessageContaining("lanes = a.b (code): a lane is named by");
  }
}
