package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
  @TempDir Path directory;

  @Test
  void is_revealed_and_otherwise_masked() {
    Secret secret = Secret.of("sesame");

    assertThat(secret.reveal()).isEqualTo("sesame");
    assertThat(secret).hasToString("***");
    assertThat("%s %10s".formatted(secret, secret)).isEqualTo("***        ***");
    assertThat(secret).isNotInstanceOf(Serializable.class);
  }

  @Test
  void is_read_from_its_file_at_each_reveal_without_the_line_end() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "first\n");
    Secret secret = Secret.file(file);

    assertThat(secret.reveal()).isEqualTo("first");
    Files.writeString(file, "second\r\n");
    assertThat(secret.reveal()).isEqualTo("second");
    Files.writeString(file, " third \n\n");
    assertThat(secret.reveal()).isEqualTo(" third \n");
  }

  @Test
  void names_the_file_it_cannot_read() {
    Path missing = directory.resolve("missing");

    assertThatThrownBy(Secret.file(missing)::reveal)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot read the secret in " + missing);
  }

  @Test
  void is_asked_for_at_each_reveal() {
    ArrayDeque<String> answers = new ArrayDeque<>(List.of("first", "second"));
    Secret secret = Secret.from(answers::remove);

    assertThat(secret.reveal()).isEqualTo("first");
    assertThat(secret.reveal()).isEqualTo("second");
  }

  @Test
  // a callback written without null checks
  @SuppressWarnings("NullAway")
  void refuses_a_callback_that_answers_null() {
    assertThatThrownBy(Secret.from(() -> null)::reveal)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the callback for a secret gave null");
  }

  @Test
  void may_be_none() {
    assertThat(Secret.none().isSet()).isFalse();
    assertThat(Secret.of("").isSet()).isTrue();
    assertThatThrownBy(Secret.none()::reveal)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no secret was given");
  }

  @Test
  void equals_what_was_given_equally() {
    Supplier<String> callback = () -> "a";

    assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).isNotEqualTo(Secret.of("b"));
    assertThat(Secret.file(directory)).isEqualTo(Secret.file(directory));
    assertThat(Secret.from(callback)).isEqualTo(Secret.from(callback));
    assertThat(Secret.from(callback)).isNotEqualTo(Secret.of("a"));
    assertThat(Secret.none()).isNotEqualTo(Secret.of(""));
    assertThat(Secret.of("a")).hasSameHashCodeAs(Secret.of("b"));
  }
}
