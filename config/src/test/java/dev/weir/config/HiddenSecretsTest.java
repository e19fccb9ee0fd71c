package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One word, the canary, stands in every place a secret can stand; it must be seen nowhere. */
class HiddenSecretsTest {
  private static final String CANARY = "canary4711";

  @TempDir Path directory;

  @Test
  void are_seen_nowhere_in_a_valid_configuration() {
    WeirConfig config =
        ConfigLoader.empty()
            .set("postgres.url", "jdbc:postgresql://db/orders?user=u&password=canary4711&ssl=true")
            .set("postgres.password", CANARY)
            .set("redis.uri", "redis://me:canary4711@cache")
            .set("lanes.batch.user", "importer")
            .set("lanes.batch.password", CANARY)
            .set("lanes.batch.limit", "2")
            .environment(Map.of("WEIR_PASWORD", CANARY))
            .load();

    String everything =
        config.describe()
            + config
            + config.warnings()
            + config.notes()
            + config.postgres()
            + config.redis()
            + config.postgres().target()
            + config.lanes()
            + config.lane("batch").login()
            + config.postgres().password();
    assertThat(everything)
        .doesNotContain(CANARY)
        .contains("jdbc:postgresql://db/orders?user=u&password=***&ssl=true")
        .contains("redis://me:***@cache");
    assertThat(config.postgres().password().reveal()).isEqualTo(CANARY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgres.url          | postgres://u:canary4711@db/x
          postgres.url          | postgres://canary4711@db/x
          postgres.url          | mysql://u:p@canary4711@db/x
          postgres.url          | jdbc:postgresql://u:canary4711@db/x
          postgres.url          | jdbc:oracle:thin:u/canary4711@db
          postgres.url          | mysql://db/x?password=a&canary4711
          postgres.url          | jdbc:postgresql://db?user=u&password=canary4711
          postgres.url          | jdbc:postgresql:/db?user=u&password=canary4711
          postgres.url          | jdbc:postgresql://db/a/b?password=canary4711
          postgres.url          | jdbc:postgresql://db/x&user=u&password=canary4711
          postgres.url          | jdbc:postgresql://u:canary4711?@db/x
          postgres.url          | jdbc:postgresql://u:a?canary4711@db/x
          postgres.url          | jdbc:postgresql://db/x?password=a&canary4711
          postgres.url          | jdbc:postgresql://db/x?password=canary4711%zz
          postgres.pasword      | canary4711
          postgres.password     |
          password              | canary4711
          posgres.url           | jdbc:postgresql://db/x?password=canary4711
          redis.uri             | redis://:canary4711@a b
          redis.uri             | redis://u:pa/canary4711?@host:port
          redis.uri             | http://canary4711@host
          redis.url             | redis://:canary4711@host
          redis.pass            | 4711
          lanes.x.limit         | canary4711
          lanes.x.password      | canary4711
          lanes.mcp.password    | canary4711
          lanes.mcp.pasword     | canary4711
          """)
  void are_seen_in_no_refusal(String key, String value) {
    Throwable refused =
        catchThrowable(() -> ConfigLoader.empty().set(key, value == null ? "" : value).load());
    StringWriter trace = new StringWriter();

    assertThat(refused).isInstanceOf(ConfigurationException.class);
    refused.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).contains(key).doesNotContain(CANARY).doesNotContain("4711");
  }

  @ParameterizedTest
  @ValueSource(strings = {"weir.postgres.password = \\u00zz canary4711", "canary4711"})
  void are_not_repeated_from_a_broken_line_of_a_file(String line) {
    Written.file(directory, line.equals(CANARY) ? "weir.pasword = " + line : line);

    assertThatThrownBy(() -> ConfigLoader.empty().directory(directory).load())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("weir.properties, line 1")
        .hasMessageNotContaining(CANARY);
  }

  @Nested
  class In_a_file_of_their_own {
    @Test
    void are_found_by_key_and_by_variable() throws IOException {
      Path file = Files.writeString(directory.resolve("password"), CANARY + "\n");
      WeirConfig byVariable =
          ConfigLoader.empty()
              .environment(Map.of("WEIR_POSTGRES_PASSWORD_FILE", file.toString()))
              .load();
      WeirConfig byProperty =
          ConfigLoader.empty()
              .systemProperties(Written.property("weir.postgres.password-file", file.toString()))
              .load();

      assertThat(byVariable.postgres().password().reveal()).isEqualTo(CANARY);
      assertThat(byProperty).isEqualTo(byVariable);
      assertThat(byVariable.origin("postgres.password"))
          .hasToString("environment WEIR_POSTGRES_PASSWORD_FILE");
      assertThat(byVariable.describe()).contains("*** (in " + file + ")").doesNotContain(CANARY);
    }

    @Test
    void must_not_be_given_in_plain_too() throws IOException {
      Path file = Files.writeString(directory.resolve("password"), CANARY);
      ConfigLoader both =
          ConfigLoader.empty()
              .environment(Map.of("WEIR_POSTGRES_PASSWORD_FILE", file.toString()))
              .set("postgres.password", CANARY);

      assertThatThrownBy(both::load)
          .hasMessage(
              """
              1 problem in the configuration:
                - postgres.password-file (WEIR_POSTGRES_PASSWORD_FILE): postgres.password is given \
              too (code); keep one of the two""");
    }

    @Test
    void must_be_there() {
      Path missing = directory.resolve("missing");

      assertThatThrownBy(
              () -> ConfigLoader.empty().set("postgres.password-file", missing.toString()).load())
          .hasMessageContaining(
              "postgres.password-file = " + missing + " (code): there is no such file");
    }
  }

  @Nested
  class Given_by_callback {
    @Test
    void are_asked_for_and_win_over_other_sources() {
      WeirConfig config =
          ConfigLoader.empty()
              .environment(Map.of("WEIR_POSTGRES_PASSWORD", "other"))
              .set("postgres.password", "another")
              .secret("postgres.password", () -> CANARY)
              .load();

      assertThat(config.postgres().password().reveal()).isEqualTo(CANARY);
      assertThat(config.origin("postgres.password")).hasToString("code");
      assertThat(config.describe()).doesNotContain(CANARY);
    }

    @Test
    void yield_to_a_value_set_afterwards() {
      WeirConfig config =
          ConfigLoader.empty()
              .secret("postgres.password", () -> "other")
              .set("postgres.password", CANARY)
              .load();

      assertThat(config.postgres().password().reveal()).isEqualTo(CANARY);
    }

    @Test
    void must_be_for_the_key_of_a_secret() {
      assertThatThrownBy(() -> ConfigLoader.empty().secret("pool.max", () -> CANARY))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "\"pool.max\" holds no secret; these do: [postgres.password, lanes.<name>.password]");
    }
  }
}
