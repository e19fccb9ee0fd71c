package dev.weir.config.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionsTest {
  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S, 250ms",
    "5s, PT5S, 5s",
    "2m, PT2M, 2m",
    "90s, PT1M30S, 90s",
    "120m, PT2H, 2h",
    "1H, PT1H, 1h",
    "3 s, PT3S, 3s",
    "PT5S, PT5S, 5s",
    "pt0.5s, PT0.5S, 500ms",
    "PT0S, PT0S, 0s",
    "PT0.000001S, PT0.000001S, PT0.000001S"
  })
  void reads_a_time_and_shows_it_briefly(String text, Duration time, String shown) {
    assertThat(Conversions.duration(text)).isEqualTo(time);
    assertThat(Conversions.show(time)).isEqualTo(shown);
    assertThat(Conversions.duration(shown)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "-5", "1.5"})
  void asks_for_the_unit_of_a_bare_number(String text) {
    assertThatThrownBy(() -> Conversions.duration(text))
        .hasMessage("has no unit; write %1$sms, %1$ss, %1$sm or %1$sh".formatted(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s", "5 days", "-5s", "PT", "999999999999999h"})
  void refuses_what_is_no_time(String text) {
    assertThatThrownBy(() -> Conversions.duration(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is no time; write 250ms, 5s");
  }

  @Test
  void reads_numbers_limits_flags_and_names() {
    assertThat(Conversions.number("-7")).isEqualTo(-7);
    assertThat(Conversions.limit("7")).isEqualTo(7);
    assertThat(Conversions.limit("Unlimited")).isEqualTo(Integer.MAX_VALUE);
    assertThat(Conversions.showLimit(Integer.MAX_VALUE)).isEqualTo("unlimited");
    assertThat(Conversions.flag("TRUE")).isTrue();
    assertThat(Conversions.flag("false")).isFalse();
    assertThat(Conversions.durationOrNone("None")).isNull();
    assertThat(Conversions.durationOrNone("5s")).isEqualTo(Duration.ofSeconds(5));
    assertThat(Conversions.showOrNone(null)).isEqualTo("none");
    assertThat(Conversions.showOrNone(Duration.ofSeconds(5))).isEqualTo("5s");
    assertThat(Conversions.names(" a, b,,a ,")).containsExactly("a", "b");
  }

  @Test
  void says_how_to_write_what_it_cannot_read() {
    assertThatThrownBy(() -> Conversions.number("many")).hasMessageContaining("a whole number");
    assertThatThrownBy(() -> Conversions.number("3000000000")).hasMessageContaining("whole number");
    assertThatThrownBy(() -> Conversions.limit("none")).hasMessageContaining("\"unlimited\"");
    assertThatThrownBy(() -> Conversions.durationOrNone("never")).hasMessageEndingWith(", or none");
    assertThatThrownBy(() -> Conversions.durationOr("x or y", "5"))
        .hasMessage("has no unit; write 5ms, 5s, 5m or 5h, or x or y");
    assertThatThrownBy(() -> Conversions.flag("on")).hasMessage("must be true or false");
  }
}
