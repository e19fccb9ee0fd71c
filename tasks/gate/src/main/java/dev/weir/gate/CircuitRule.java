package dev.weir.gate;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * When a circuit opens, and for how long. Immutable; the withers return a changed copy.
 *
 * @param failures it opens when so many of the last {@code calls} have failed, at least 1
 * @param calls of how many, at least {@code failures}: as many means "one after the other"
 * @param within what is longer ago is forgotten
 * @param first how long it is open at first; twice as long after each probe that fails
 * @param longest how long at most; and how long a probe may take before another is let through
 * @param counts the failures that count as such; any other one is an answer like a success
 */
public record CircuitRule(
    int failures,
    int calls,
    Duration within,
    Duration first,
    Duration longest,
    Predicate<Throwable> counts) {

  private static final int MOST_FAILURES = 10_000;
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final CircuitRule USUAL =
      new CircuitRule(
          5, 10, Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofMinutes(1), _ -> true);

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException naming each that is out of its range
   */
  public CircuitRule {
    Objects.requireNonNull(counts, "counts");
    var problems = new StringBuilder();
    if (failures < 1 || failures > MOST_FAILURES || calls < failures) {
      problems.append(
          " opens after %d failures of %d calls: must be 1 to %,d failures, of at least as many calls;"
              .formatted(failures, calls, MOST_FAILURES));
    }
    if (!within.isPositive() || within.compareTo(LONGEST) > 0) {
      problems.append(" within %s: must be positive and a day at most;".formatted(within));
    }
    if (!first.isPositive() || longest.compareTo(first) < 0 || longest.compareTo(LONGEST) > 0) {
      problems.append(
          " open for %s at first and %s at most: must be positive, not shrink, and end at a day or less;"
              .formatted(first, longest));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("circuit:" + problems);
    }
  }

  /** 5 failures of 10 calls within a minute; open for a second at first, a minute at most. */
  public static CircuitRule usual() {
    return USUAL;
  }

  /**
   * The same, opened by so many failures of so many calls.
   *
   * @throws IllegalArgumentException if not 1 &lt;= failures &lt;= calls
   */
  public CircuitRule failures(int failures, int calls) {
    return new CircuitRule(failures, calls, within, first, longest, counts);
  }

  /**
   * The same, by failures no longer ago than that.
   *
   * @throws IllegalArgumentException if it is not positive, or longer than a day
   */
  public CircuitRule within(Duration within) {
    return new CircuitRule(failures, calls, within, first, longest, counts);
  }

  /**
   * The same, open for so long.
   *
   * @throws IllegalArgumentException if not 0 &lt; first &lt;= longest &lt;= 1 day
   */
  public CircuitRule openFor(Duration first, Duration longest) {
    return new CircuitRule(failures, calls, within, first, longest, counts);
  }

  /** The same, by failures for which this holds alone; it must be quick and must not throw. */
  public CircuitRule counts(Predicate<Throwable> counts) {
    return new CircuitRule(failures, calls, within, first, longest, counts);
  }
}
