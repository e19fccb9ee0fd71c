package dev.weir.config;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolConfigTest {
  @Test
  void has_these_defaults() {
    assertThat(Profile.DEVELOPMENT.pool()).isEqualTo(new PoolConfig(4, 16, ofSeconds(5)));
    assertThat(Profile.TEST.pool()).isEqualTo(new PoolConfig(2, 8, ofSeconds(5)));
    assertThat(Profile.PRODUCTION.pool()).isEqualTo(new PoolConfig(8, 32, ofSeconds(5)));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.pool.min = 3",
            "weir.pool.max = 40",
            "weir.pool.wait = 250ms",
            "weir.pool.sql-comments = Name");

    assertThat(config.pool())
        .isEqualTo(new PoolConfig(3, 40, ofMillis(250), PoolConfig.SqlComments.NAME));
  }

  @Test
  void has_a_wither_for_each_component() {
    PoolConfig pool = new PoolConfig(1, 2, ofSeconds(3));

    assertThat(pool.min(2)).isEqualTo(new PoolConfig(2, 2, ofSeconds(3)));
    assertThat(pool.max(9)).isEqualTo(new PoolConfig(1, 9, ofSeconds(3)));
    assertThat(pool.maxWait(ofSeconds(9))).isEqualTo(new PoolConfig(1, 2, ofSeconds(9)));
    PoolConfig told = pool.sqlComments(PoolConfig.SqlComments.TRACE);
    assertThat(told).isEqualTo(new PoolConfig(1, 2, ofSeconds(3), PoolConfig.SqlComments.TRACE));
    assertThat(told.min(0).max(7).maxWait(ofSeconds(1)).sqlComments())
        .isEqualTo(PoolConfig.SqlComments.TRACE);
  }

  @Test
  void is_refused_with_every_problem_at_once() {
    assertThatThrownBy(() -> new PoolConfig(4, 0, Duration.ZERO))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            3 problems in the configuration:
              - pool.max = 0 (code): must be at least 1
              - pool.min = 4 (code): must lie in 0..max (0)
              - pool.wait = 0s (code): must be positive, such as 5s; the shortest is 1ms""");
  }

  @Test
  void says_which_comments_there_are() {
    assertThatThrownBy(() -> ConfigLoader.empty().set("pool.sql-comments", "all").load())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("pool.sql-comments = all (code): must be off, name or trace");
    assertThat(Profile.PRODUCTION.pool().sqlComments()).isEqualTo(PoolConfig.SqlComments.OFF);
  }

  @Test
  void is_refused_beyond_its_bounds() {
    assertThatThrownBy(() -> new PoolConfig(-1, 10_001, Duration.ofHours(25)))
        .hasMessageContaining("pool.max = 10001 (code): must be at most 10000")
        .hasMessageContaining("pool.min = -1 (code): must lie in 0..max (10001)")
        .hasMessageContaining("pool.wait = 25h (code): must be at most 24h");
  }

  @Test
  // the null is the point
  @SuppressWarnings("NullAway")
  void names_what_must_not_be_null() {
    assertThatThrownBy(() -> new PoolConfig(1, 2, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("maxWait");
  }
}
