package dev.weir.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * How large the demo is. Valid once it exists: all problems are told at once. Immutable.
 *
 * @param seconds how long the load runs in all, in four equal parts, two for each side ({@code
 *     demo.seconds})
 * @param threads virtual threads that look up orders ({@code demo.threads})
 * @param connections the most connections of either side ({@code demo.connections})
 */
record Settings(int seconds, int threads, int connections) {

  /** On both sides, so that a caller fails only where the demo would show nothing any more. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Each side takes its turn twice, the second time in the other order: Weir, bare, bare, Weir. */
  static final int TURNS = 4;

  private static final Settings DEFAULTS = new Settings(20, 1_000, 10);

  Settings {
    var problems = new ArrayList<String>();
    check(problems, "demo.seconds", seconds, TURNS, 3_600);
    check(problems, "demo.threads", threads, 1, 100_000);
    check(problems, "demo.connections", connections, WeirSide.BATCH_LIMIT + 1, 1_000);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void check(List<String> problems, String key, int value, int least, int most) {
    if (value < least || value > most) {
      problems.add("-D%s=%d must lie in %d..%d".formatted(key, value, least, most));
    }
  }

  /**
   * Read from system properties; what is missing or blank is as by default.
   *
   * @throws IllegalArgumentException with every figure that is out of bounds, or the one that is no
   *     number
   */
  static Settings of(Properties properties) {
    return new Settings(
        number(properties, "demo.seconds", DEFAULTS.seconds),
        number(properties, "demo.threads", DEFAULTS.threads),
        number(properties, "demo.connections", DEFAULTS.connections));
  }

  private static int number(Properties properties, String key, int otherwise) {
    String text = properties.getProperty(key, "").strip();
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notOne) {
      throw new IllegalArgumentException("-D%s=%s is no whole number".formatted(key, text), notOne);
    }
  }

  /** How long one turn is measured. */
  Duration turn() {
    return Duration.ofSeconds(seconds).dividedBy(TURNS);
  }

  /** How long a side runs in each turn before its figures count. */
  Duration warmUp() {
    return turn().dividedBy(5);
  }

  /** From one run of the scheduled job to the next. */
  Duration jobInterval() {
    return turn().dividedBy(2);
  }

  /** How long each side runs once beforehand, so that no turn finds a cold JVM. */
  Duration rehearsal() {
    return turn().dividedBy(2);
  }
}
