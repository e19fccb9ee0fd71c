package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.TelemetryConfig.Spans;
import dev.weir.config.TelemetryConfig.Target;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryConfigTest {
  @Test
  void has_these_defaults() {
    assertThat(TelemetryConfig.defaults())
        .isEqualTo(new TelemetryConfig(Target.AUTO, Spans.ALL, false));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.telemetry.target = Micrometer",
            "weir.telemetry.spans = work",
            "weir.telemetry.mdc = true");

    assertThat(config.telemetry())
        .isEqualTo(new TelemetryConfig(Target.MICROMETER, Spans.WORK, true));
  }

  @Test
  void has_a_wither_for_each_component() {
    TelemetryConfig telemetry = TelemetryConfig.defaults();

    assertThat(telemetry.target(Target.NONE))
        .isEqualTo(new TelemetryConfig(Target.NONE, Spans.ALL, false));
    assertThat(telemetry.spans(Spans.OFF))
        .isEqualTo(new TelemetryConfig(Target.AUTO, Spans.OFF, false));
    assertThat(telemetry.mdc(true)).isEqualTo(new TelemetryConfig(Target.AUTO, Spans.ALL, true));
  }

  @Test
  void says_what_a_word_may_be() {
    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .set("telemetry.target", "both")
                    .set("telemetry.spans", "some")
                    .load())
        .hasMessageContaining(
            "telemetry.target = both (code): must be auto, otel, micrometer or none")
        .hasMessageContaining("telemetry.spans = some (code): must be all, work or off");
  }
}
