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
            "weir.pool.sql-comments = Name",
            "weir.pool.adapt.limit = On",
            "weir.pool.adapt.size = advise",
            "weir.pool.adapt.ceiling = 120");

    assertThat(config.pool())
        .isEqualTo(
            new PoolConfig(3, 40, ofMillis(250))
                .sqlComments(PoolConfig.SqlComments.NAME)
                .adapt(new AdaptConfig(AdaptConfig.Mode.ON, AdaptConfig.Mode.ADVISE, 120)));
  }

  @Test
  void has_a_wither_for_each_component() {
    PoolConfig pool = new PoolConfig(1, 2, ofSeconds(3));

    assertThat(pool.min(2)).isEqualTo(new PoolConfig(2, 2, ofSeconds(3)));
    assertThat(pool.max(9)).isEqualTo(new PoolConfig(1, 9, ofSeconds(3)));
    assertThat(pool.maxWait(ofSeconds(9))).isEqualTo(new PoolConfig(1, 2, ofSeconds(9)));
    PoolConfig told = pool.sqlComments(PoolConfig.SqlComments.TRACE);
    assertThat(told)
        .isEqualTo(new PoolConfig(1, 2, ofSeconds(3)).sqlComments(PoolConfig.SqlComments.TRACE));
    assertThat(told.min(0).max(7).maxWait(ofSeconds(1)).sqlComments())
        .isEqualTo(PoolConfig.SqlComments.TRACE);
  }

  @Test
  void adapts_nothing_by_itself_and_goes_no_further_than_its_maximum() {
    PoolConfig pool = Profile.PRODUCTION.pool();

    assertThat(pool.adapt()).isEqualTo(AdaptConfig.off());
    assertThat(pool.ceiling()).isEqualTo(32);
    assertThat(pool.max(40).ceiling()).isEqualTo(40);
    AdaptConfig further = AdaptConfig.off().size(AdaptConfig.Mode.ON).ceiling(100);
    assertThat(pool.adapt(further).max(64).ceiling()).isEqualTo(100);
    assertThat(pool.adapt(further).min(1).adapt()).isEqualTo(further);
    assertThat(further.limit(AdaptConfig.Mode.ADVISE).ceiling(null))
        .isEqualTo(new AdaptConfig(AdaptConfig.Mode.ADVISE, AdaptConfig.Mode.ON, null));
  }

  @Test
  void what_it_may_not_adapt_to_is_told_with_all_other_problems() {
    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .set("pool.min", "9")
                    .set("pool.max", "8")
                    .set("pool.adapt.limit", "yes")
                    .set("pool.adapt.ceiling", "7")
                    .load())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("3 problems")
        .hasMessageContaining("pool.min = 9 (code): must lie in 0..max (8)")
        .hasMessageContaining("pool.adapt.ceiling = 7 (code): must not lie below pool.max (8)")
        .hasMessageContaining("pool.adapt.limit = yes (code): must be off, advise or on");
    AdaptConfig low = AdaptConfig.off().ceiling(7);
    assertThatThrownBy(() -> Profile.TEST.pool().adapt(low))
        .hasMessageContaining(
            "pool.adapt.ceiling = 7 (code): must not lie below pool.max (8), where the size begins");
    assertThatThrownBy(() -> AdaptConfig.off().ceiling(0))
        .hasMessageContaining("pool.adapt.ceiling = 0 (code): must be 1 to 10000");
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

  @Test
  void a_fleet_has_a_short_plain_name_and_a_weight() {
    PoolConfig pool =
        ConfigLoader.empty()
            .set("pool.fleet", "orders")
            .set("pool.fleet-weight", "3")
            .load()
            .pool();
    assertThat(pool.fleet()).isEqualTo(new PoolConfig.Fleet("orders", 1).weight(3));
    assertThat(pool.max(5).fleet().name()).isEqualTo("orders");
    assertThat(Profile.PRODUCTION.pool().fleet()).isEqualTo(PoolConfig.Fleet.NONE);
    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .set("pool.fleet", "Orders: of mine")
                    .set("pool.fleet-weight", "0")
                    .load())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("pool.fleet = Orders: of mine (code): must be up to 30 lower-case")
        .hasMessageContaining("pool.fleet-weight = 0 (code): must lie in 1..1000");
  }

  @Test
  void a_fleet_is_refused_behind_a_pooler() {
    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .set("pool.fleet", "orders")
                    .set("postgres.pooler", "transaction")
                    .load())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("pool.fleet = orders (code): cannot be with postgres.pooler");
    WeirConfig config = ConfigLoader.empty().set("pool.fleet", "orders").load();
    assertThatThrownBy(
            () -> config.postgres(config.postgres().pooler(PostgresConfig.Pooler.TRANSACTION)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("default_pool_size");
  }
}
