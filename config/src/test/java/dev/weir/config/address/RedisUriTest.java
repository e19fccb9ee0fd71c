package dev.weir.config.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisURI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client is asked too: what is refused here it cannot read, or would misread. */
class RedisUriTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          redis://host,                      0
          redis://host/,                     0
          redis://user:p%40ss@host:6380/15,  15
          rediss://host/0,                   0
          redis://[::1]:6379/2,              2
          redis://host?database=3&timeout=9s, 3
          """)
  void is_fine_where_the_client_finds_its_database(String uri, int database) {
    assertThat(RedisUri.problems(uri)).isEmpty();
    assertThat(RedisURI.create(uri).getDatabase()).isEqualTo(database);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://host/abc",
        "redis://host/-1",
        "redis://host/1/2",
        "redis://host/99999999999",
        "rediss://host/1%2F",
        "redis://host:65536/1"
      })
  void is_refused_where_the_client_throws(String uri) {
    assertThat(RedisUri.problems(uri)).hasSize(1);
    assertThatThrownBy(() -> RedisURI.create(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis://host?database=abc", "redis://host?a=b;database=-1"})
  void is_refused_where_the_client_would_take_database_0_in_silence(String uri) {
    assertThat(RedisUri.problems(uri)).singleElement().asString().contains("as a whole number");
    assertThat(RedisURI.create(uri).getDatabase()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis://host:0", "redis://host:70000"})
  void is_refused_with_a_port_that_cannot_be(String uri) {
    assertThat(RedisUri.problems(uri))
        .containsExactly("must have a port from 1 to 65535, or none for 6379");
  }
}
