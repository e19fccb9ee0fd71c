package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.keys.Catalogue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is written, the answer is a configuration or an exception that lists the problems. */
class AnyInputTest {
  private static final List<String> PIECES =
      List.of(
          "weir.",
          "pool.max",
          "lanes",
          ".",
          "-",
          "_",
          "=",
          ":",
          "\\",
          "\\u",
          "\n",
          "#",
          "@",
          "//",
          "redis",
          "jdbc:postgresql:",
          "password=",
          "&",
          "${",
          "5",
          "s",
          "unlimited",
          "none",
          "off",
          "ms",
          "default",
          "bulkheads.",
          ",",
          " ",
          "\u0000",
          "\uD83D",
          "ä",
          "99999999999",
          "PT",
          "true",
          "limit");

  @RepeatedTest(50)
  void is_answered(RepetitionInfo repetition, @TempDir Path directory) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 40; i++) {
      List<String> keys =
          Catalogue.KEYS.stream()
              .map(key -> key.named(random.nextBoolean() ? "mcp" : "x"))
              .toList();
      String key = keys.get(random.nextInt(keys.size()));
      ConfigLoader loader =
          ConfigLoader.empty()
              .set(random.nextBoolean() ? key : text(random), text(random))
              .environment(Map.of("WEIR_" + text(random), text(random)))
              .systemProperties(Written.property("weir." + key, text(random)))
              .directory(Written.file(directory, text(random).replace("\uD83D", "?")));

      assertThat(answer(loader)).isIn("a configuration", "problems");
    }
  }

  private static String answer(ConfigLoader loader) {
    try {
      loader.load().describe();
      return "a configuration";
    } catch (ConfigurationException refused) {
      return refused.problems().isEmpty() ? "nothing" : "problems";
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }
}
