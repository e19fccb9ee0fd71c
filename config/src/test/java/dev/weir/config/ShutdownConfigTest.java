package dev.weir.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShutdownConfigTest {
  @Test
  void has_these_defaults() {
    assertThat(ShutdownConfig.defaults()).isEqualTo(new ShutdownConfig(ofSeconds(25), true, false));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.shutdown.budget = 9s",
            "weir.shutdown.hook = false",
            "weir.shutdown.signals = true");

    assertThat(config.shutdown()).isEqualTo(new ShutdownConfig(ofSeconds(9), false, true));
  }

  @Test
  void has_a_wither_for_each_component() {
    ShutdownConfig shutdown = ShutdownConfig.defaults();

    assertThat(shutdown.budget(ofSeconds(1)))
        .isEqualTo(new ShutdownConfig(ofSeconds(1), true, false));
    assertThat(shutdown.hook(false)).isEqualTo(new ShutdownConfig(ofSeconds(25), false, false));
    assertThat(shutdown.signals(true)).isEqualTo(new ShutdownConfig(ofSeconds(25), true, true));
  }

  @Test
  void is_refused_without_time() {
    assertThatThrownBy(() -> new ShutdownConfig(Duration.ofSeconds(-1), true, false))
        .hasMessageContaining("shutdown.budget = PT-1S (code): must be positive");
  }

  @Test
  void takes_nothing_but_true_or_false() {
    assertThatThrownBy(() -> ConfigLoader.empty().set("shutdown.hook", "yes").load())
        .hasMessageContaining("shutdown.hook = yes (code): must be true or false");
  }
}
