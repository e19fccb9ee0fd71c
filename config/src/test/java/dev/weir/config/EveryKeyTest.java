package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.keys.Catalogue;
import dev.weir.config.keys.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No setting is dead: each one in the catalogue changes the settings, from every kind of source.
 */
class EveryKeyTest {
  @TempDir Path directory;

  static Stream<Key> keys() {
    return Catalogue.KEYS.stream();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void changes_what_it_says_in_every_source(Key key) throws IOException {
    String path = key.named(key.path().startsWith("lanes") ? "batch" : "imports");
    String value = other(key);
    ConfigLoader beside = beside(key);
    Path file = Written.file(directory, "weir." + path + " = " + value.replace("\\", "\\\\"));
    WeirConfig byDefault = beside.load();
    WeirConfig byCode = beside.set(path, value).load();
    WeirConfig byFile = beside.directory(file).load();
    WeirConfig byVariable = beside.environment(Map.of(Catalogue.variable(path), value)).load();
    WeirConfig byProperty = beside.systemProperties(Written.property("weir." + path, value)).load();

    assertThat(byCode).isNotEqualTo(byDefault);
    assertThat(byFile).isEqualTo(byCode);
    assertThat(byVariable).isEqualTo(byCode);
    assertThat(byProperty).isEqualTo(byCode);
    String told = path.replace("-file", "");
    assertThat(byVariable.origin(told)).hasToString("environment " + Catalogue.variable(path));
    assertThat(byFile.origin(told)).hasToString("weir.properties, line 1");
  }

  /** What must be set for the key to mean anything: a login of a lane is one with a limit. */
  private static ConfigLoader beside(Key key) {
    return switch (key.path()) {
      case "lanes.<name>.user" -> ConfigLoader.empty().set("lanes.batch.limit", "5");
      case "lanes.<name>.password", "lanes.<name>.password-file" ->
          ConfigLoader.empty().set("lanes.batch.limit", "5").set("lanes.batch.user", "importer");
      default -> ConfigLoader.empty();
    };
  }

  private String other(Key key) throws IOException {
    return switch (key.form()) {
      case NUMBER, LIMIT -> key.path().equals("pool.adapt.ceiling") ? "90" : "5";
      case FLAG -> key.path().equals("shutdown.hook") ? "false" : "true";
      case DURATION, DURATION_OR_NONE, SHEDDING -> "2500ms";
      case TEXT, SECRET -> "other";
      case COMMENTS -> "trace";
      case ADAPTING -> "advise";
      case POOLER -> "transaction";
      case TARGET -> "otel";
      case SPANS -> "work";
      case NAMES -> "reports";
      case PROFILE -> "test";
      case ADDRESS ->
          key.path().startsWith("redis") ? "redis://there" : "jdbc:postgresql://there/orders";
      case SECRET_FILE -> Files.writeString(directory.resolve("secret"), "x").toString();
    };
  }
}
