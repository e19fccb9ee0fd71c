package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.keys.Catalogue;
import dev.weir.config.keys.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/configuration.md to the catalogue; {@code -Ddocs.write=true} writes it anew. */
class DocumentationTest {
  private static final Path FILE = Path.of("..", "docs", "configuration.md");
  private static final String HEAD =
      """
      # Configuration

      Written from the code by `DocumentationTest`; to change it, change
      `dev.weir.config.keys.Catalogue` and run the tests of `config` with `-Ddocs.write=true`.

      A later source wins: defaults, profile, `weir.properties` on the class path, then in the
      working directory, environment, system properties, code. In files and system properties a key
      has the prefix `weir.`; in code it has none. An unknown key is an error in a file and in code,
      a warning in the environment and in system properties. Names of lanes consist of lower-case
      letters, digits, `-` and `_`; a lane is preset or declared in `lanes`. Names of bulkheads
      consist of lower-case letters and digits, words joined by `-`; any may be used.

      | key | environment | written as | default | meaning |
      |---|---|---|---|---|
      """;

  @Test
  void tells_of_every_setting_what_the_code_says() throws IOException {
    String expected =
        HEAD + Catalogue.KEYS.stream().map(DocumentationTest::row).collect(Collectors.joining());
    if (Boolean.getBoolean("docs.write")) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, expected);
    }

    assertThat(FILE).hasContent(expected);
  }

  private static String row(Key key) {
    String variable = Catalogue.variable(key.path());
    return "| `%s` | `%s` | %s | %s | %s |\n"
        .formatted(key.path(), variable, key.form().words(), defaults(key), key.meaning());
  }

  /** One default, or one for each profile where they differ. */
  private static String defaults(Key key) {
    if (key.path().equals("lanes.<name>.reserved")) {
      return "0; `admin`: 1 where `pool.max` is 4 or more";
    }
    if (key.path().startsWith("lanes.")) {
      return ofLanes(key);
    }
    if (key.path().equals("profile")) {
      return Profile.DEVELOPMENT.toString();
    }
    Function<Profile, String> value = of(key);
    List<String> values = Stream.of(Profile.values()).map(value).distinct().toList();
    return values.size() == 1
        ? values.getFirst()
        : Stream.of(Profile.values())
            .map(profile -> profile + " " + value.apply(profile))
            .collect(Collectors.joining(", "));
  }

  private static Function<Profile, String> of(Key key) {
    return profile -> {
      String value =
          Tree.defaults(profile).values().getOrDefault(key.named(Catalogue.DEFAULT_BULKHEAD), "");
      return value.isEmpty() ? "none" : value;
    };
  }

  /** The default of a declared lane, then each preset lane that has another. */
  private static String ofLanes(Key key) {
    Map<String, String> values =
        Written.described(WeirConfig.defaults(Profile.TEST).lane("declared", LaneConfig.open()));
    String shown = key.named("declared").replace("-file", ""); // a secret is shown once
    String usual = Objects.requireNonNull(values.get(shown), key.path());
    return usual
        + Catalogue.PRESET_LANES.stream()
            .map(lane -> Map.entry(lane, values.getOrDefault(key.named(lane), usual)))
            .filter(lane -> !lane.getValue().equals(usual))
            .map(lane -> "; `%s`: %s".formatted(lane.getKey(), lane.getValue()))
            .collect(Collectors.joining());
  }
}
