package dev.weir.monitoring.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cannot reach redis://:canary@localhost:6379/0",
        "cannot reach redis://user:ca@canary@localhost",
        "url jdbc:postgresql://h/db?user=u&password=canary&ssl=true failed",
        "wrong config: password = 'canary with spaces'",
        "{\"password\":\"canary\", \"user\":\"u\"}",
        "api-key: canary",
        "my.client.secret=canary",
        "access_token=canary",
        "Authorization: Bearer canary12345",
      })
  void hides_what_looks_like_a_secret(String text) {
    assertThat(SafeText.of(text)).doesNotContain("canary").contains("***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FATAL: password authentication failed for user \"weir\"",
        "PostgreSQL at localhost:5432/orders could not be reached: check postgres.password.",
        "mail bob@example.org about the 3 tokens left",
      })
  void leaves_alone_what_is_none(String text) {
    assertThat(SafeText.of(text)).isEqualTo(text);
  }

  @Test
  void cuts_what_nobody_would_read() {
    assertThat(SafeText.of("x".repeat(5_000))).hasSize(SafeText.LONGEST + 3).endsWith("...");
  }

  @Test
  void tells_a_throwable_with_its_cause() {
    var failure = new IllegalStateException("no rows", new SQLException("password=canary"));
    assertThat(SafeText.of(failure))
        .isEqualTo("IllegalStateException: no rows, caused by SQLException: password=***");
  }

  @Test
  void tells_a_throwable_without_a_message_by_its_kind() {
    assertThat(SafeText.of(new StackOverflowError())).isEqualTo("StackOverflowError");
  }
}
