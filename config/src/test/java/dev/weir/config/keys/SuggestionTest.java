package dev.weir.config.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  @ParameterizedTest
  @CsvSource({
    "same, same, 0",
    "bacth, batch, 1",
    "abc, abd, 1",
    "abc, ab, 1",
    "abc, abcd, 1",
    "kitten, sitting, 3",
    "'', abc, 3"
  })
  void counts_what_has_to_change(String one, String other, int distance) {
    assertThat(Suggestion.distance(one, other)).isEqualTo(distance);
    assertThat(Suggestion.distance(other, one)).isEqualTo(distance);
  }

  @Test
  void picks_the_closest_and_the_first_of_equals() {
    assertThat(Suggestion.closest(Stream.of("pool.min", "pool.max"), "pool.mx"))
        .contains("pool.max");
    assertThat(Suggestion.closest(Stream.of("b1", "a1"), "c1")).contains("a1");
  }

  @Test
  void says_nothing_when_nothing_is_close() {
    assertThat(Suggestion.closest(Stream.of("redis.uri", "pool.max"), "entirely.else")).isEmpty();
  }
}
