package dev.weir.benchmarks.load;

import dev.weir.benchmarks.load.scenarios.Pass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run is asked for. Valid once it exists. Immutable.
 *
 * @param scenarios which, by name, in this order
 * @param pass how thorough
 * @param directory where CSV files and plots go
 * @param judged whether a missed promise fails the run
 * @param variants of Weir to compare with itself: its name, and the system property to start it
 *     with
 */
record Options(
    List<String> scenarios,
    Pass pass,
    Path directory,
    boolean judged,
    Map<String, String> variants) {

  static final String USAGE =
      """
      Usage: LoadHarness [scenario ...] [--long true|false] [--out docs/benchmarks]
                         [--assert true|false] [--variant "name=property:value"]
      Without a scenario: all of them, which are %s.\
      """;

  private static final List<String> WORDS = List.of("--long", "--out", "--assert", "--variant");

  /**
   * Read from the command line.
   *
   * @param known the scenarios there are
   * @throws IllegalArgumentException with every problem and the usage
   */
  static Options parse(List<String> known, String... arguments) {
    var reading = new Reading(known);
    for (Iterator<String> words = List.of(arguments).iterator(); words.hasNext(); ) {
      reading.take(words.next(), words);
    }
    if (!reading.problems.isEmpty()) {
      throw new IllegalArgumentException(
          "%d problem%s on the command line:%n  - %s%n%s"
              .formatted(
                  reading.problems.size(),
                  reading.problems.size() == 1 ? "" : "s",
                  String.join(System.lineSeparator() + "  - ", reading.problems),
                  USAGE.formatted(String.join(", ", known))));
    }
    return reading.options();
  }

  /**
   * Collects what is wrong, so that all of it is told at once. Not safe for use by many threads.
   */
  private static final class Reading {

    private final List<String> known;
    private final List<String> problems = new ArrayList<>();
    private final List<String> scenarios = new ArrayList<>();
    private final Map<String, String> variants = new LinkedHashMap<>();
    private Pass pass = Pass.SHORT;
    private Path directory = Path.of("docs", "benchmarks");
    private boolean judged;

    Reading(List<String> known) {
      this.known = known;
    }

    void take(String word, Iterator<String> rest) {
      if (!word.startsWith("--")) {
        scenario(word);
      } else if (!WORDS.contains(word)) {
        problems.add(word + ": not known; there are " + String.join(", ", WORDS));
      } else if (!rest.hasNext()) {
        problems.add(word + ": needs a value");
      } else {
        value(word, rest.next());
      }
    }

    private void scenario(String name) {
      if (known.contains(name)) {
        scenarios.add(name);
      } else if (!name.isBlank()) {
        problems.add(name + ": no such scenario");
      }
    }

    private void value(String word, String value) {
      switch (word) {
        case "--long" -> pass = yes(word, value) ? Pass.LONG : Pass.SHORT;
        case "--assert" -> judged = yes(word, value);
        case "--out" -> directory = Path.of(value);
        default -> variant(value);
      }
    }

    private boolean yes(String word, String value) {
      if (!value.matches("true|false")) {
        problems.add(word + " " + value + ": must be true or false");
      }
      return value.equals("true");
    }

    private void variant(String value) {
      if (value.matches("[^=]+=[^:]+:.+")) {
        int end = value.indexOf('=');
        variants.put(value.substring(0, end), value.substring(end + 1));
      } else {
        problems.add("--variant " + value + ": must read name=property:value");
      }
    }

    Options options() {
      return new Options(
          scenarios.isEmpty() ? known : List.copyOf(scenarios),
          pass,
          directory,
          judged,
          Map.copyOf(variants));
    }
  }
}
