package dev.weir.benchmarks.fairness;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What a run is asked for. Valid once it exists. Immutable.
 *
 * @param threads virtual threads that want connections
 * @param connections of each rival
 * @param hold how long a connection is held by a parked thread
 * @param seconds how long each rival is counted in each round
 * @param rounds how often
 * @param query whether {@code SELECT 1} runs before the parking
 * @param judged whether to fail if Weir misses what it promises
 */
record Options(
    int threads,
    int connections,
    Duration hold,
    int seconds,
    int rounds,
    boolean query,
    boolean judged) {

  static final String USAGE =
      "FairnessHarness [--threads 1000] [--connections 10] [--hold 1ms] [--seconds 10] [--rounds 3]"
          + " [--query] [--assert]";

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "--threads", "1000",
          "--connections", "10",
          "--hold", "1ms",
          "--seconds", "10",
          "--rounds", "3");

  Options {
    require(threads >= 1 && connections >= 1, "threads and connections must be at least 1");
    require(hold.isPositive(), "--hold must be positive: whoever never parks learns nothing");
    require(seconds >= 1 && rounds >= 1, "seconds and rounds must be at least 1");
  }

  private static void require(boolean met, String what) {
    if (!met) {
      throw new IllegalArgumentException(what + ". Usage: " + USAGE);
    }
  }

  /**
   * Read from the command line; what is missing is as in {@link #USAGE}.
   *
   * @throws IllegalArgumentException with the usage if a word is not understood
   */
  static Options parse(String... arguments) {
    var values = new HashMap<>(DEFAULTS);
    boolean query = false;
    boolean judged = false;
    for (Iterator<String> words = List.of(arguments).iterator(); words.hasNext(); ) {
      String word = words.next();
      switch (word) {
        case "--query" -> query = true;
        case "--assert" -> judged = true;
        default -> {
          require(DEFAULTS.containsKey(word), "'" + word + "' is not known");
          require(words.hasNext(), word + " needs a value");
          values.put(word, words.next());
        }
      }
    }
    return new Options(
        number(values, "--threads"),
        number(values, "--connections"),
        duration(values, "--hold"),
        number(values, "--seconds"),
        number(values, "--rounds"),
        query,
        judged);
  }

  private static int number(Map<String, String> values, String key) {
    String text = values.getOrDefault(key, "");
    require(text.matches("\\d{1,9}"), key + " " + text + " is no whole number");
    return Integer.parseInt(text);
  }

  private static Duration duration(Map<String, String> values, String key) {
    String text = values.getOrDefault(key, "");
    require(
        text.matches("\\d{1,9}(us|ms|s)"), key + " " + text + " is no time like 500us, 1ms, 2s");
    long amount = Long.parseLong(text.replaceFirst("\\D+", ""));
    String unit = text.replaceFirst("\\d+", "");
    return switch (unit) {
      case "us" -> Duration.ofNanos(amount * 1_000);
      case "ms" -> Duration.ofMillis(amount);
      default -> Duration.ofSeconds(amount);
    };
  }
}
