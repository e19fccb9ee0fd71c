package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkheadConfigTest {
  @Test
  void has_these_defaults() {
    assertThat(WeirConfig.defaults(Profile.TEST).bulkheads())
        .isEqualTo(Map.of("default", new BulkheadConfig(64, 10_000)));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory, "weir.bulkheads.imports.limit = 5", "weir.bulkheads.imports.queue = 6");

    assertThat(config.bulkhead("imports")).isEqualTo(new BulkheadConfig(5, 6));
  }

  @Test
  void takes_what_is_not_set_from_the_default_one(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.bulkheads.default.queue = 7",
            "weir.bulkheads.default.limit = 8",
            "weir.bulkheads.imports.limit = 5");

    assertThat(config.bulkhead("imports")).isEqualTo(new BulkheadConfig(5, 7));
    assertThat(config.bulkhead("never-named")).isEqualTo(new BulkheadConfig(8, 7));
    assertThat(config.origin("bulkheads.imports.queue")).hasToString("weir.properties, line 1");
  }

  @Test
  void comes_into_being_by_a_variable_alone() {
    WeirConfig config =
        ConfigLoader.empty().environment(Map.of("WEIR_BULKHEADS_BIG_JOBS_LIMIT", "3")).load();

    assertThat(config.bulkhead("big-jobs")).isEqualTo(new BulkheadConfig(3, 10_000));
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void has_a_wither_for_each_component() {
    assertThat(BulkheadConfig.defaults().limit(1)).isEqualTo(new BulkheadConfig(1, 10_000));
    assertThat(BulkheadConfig.defaults().queue(0)).isEqualTo(new BulkheadConfig(64, 0));
  }

  @Test
  void is_refused_with_every_problem_at_once() {
    assertThatThrownBy(() -> new BulkheadConfig(0, -1))
        .hasMessage(
            """
            2 problems in the configuration:
              - bulkheads.<name>.limit = 0 (code): must lie in 1..1000000
              - bulkheads.<name>.queue = -1 (code): must lie in 0..100000000""");
  }

  @Test
  void must_have_a_name_of_the_right_letters() {
    WeirConfig config = WeirConfig.defaults(Profile.TEST);

    assertThatThrownBy(() -> config.bulkhead("Big_Jobs", BulkheadConfig.defaults()))
        .hasMessageContaining("bulkheads = Big_Jobs (code): a bulkhead is named by lower-case");
  }
}
