package dev.weir.tasks.failure;

import dev.weir.gate.CircuitRule;
import java.time.Duration;
import java.util.Map;

/**
 * What a task manager does about failure. Immutable; the withers return a changed copy.
 *
 * @param circuits the circuits that differ from {@link CircuitRule#usual()}, by name
 * @param limits the limits that tasks may name
 * @param deadLetters how many are kept, 0 or more; the oldest goes first, and is counted
 * @param history how many ended tasks are remembered, 0 or more
 * @param historyAge for how long
 * @param stuckAfter how long a try runs before it is called stuck, if its task does not say
 */
public record FailureSettings(
    Map<String, CircuitRule> circuits,
    Map<String, LimitSettings> limits,
    int deadLetters,
    int history,
    Duration historyAge,
    Duration stuckAfter) {

  private static final FailureSettings USUAL =
      new FailureSettings(
          Map.of(), Map.of(), 1_000, 1_000, Duration.ofHours(1), Duration.ofMinutes(5));

  /**
   * Copies the maps and checks the figures.
   *
   * @throws IllegalArgumentException naming each figure that is out of its range
   */
  public FailureSettings {
    circuits = Map.copyOf(circuits);
    limits = Map.copyOf(limits);
    if (deadLetters < 0 || history < 0 || !historyAge.isPositive() || !stuckAfter.isPositive()) {
      throw new IllegalArgumentException(
          "failure: deadLetters = %d and history = %d must be 0 or more, historyAge = %s and stuckAfter = %s positive"
              .formatted(deadLetters, history, historyAge, stuckAfter));
    }
  }

  /** No limits, circuits as usual; 1,000 dead letters, 1,000 ended tasks for an hour, 5 minutes. */
  public static FailureSettings usual() {
    return USUAL;
  }

  /** The same with those circuits. */
  public FailureSettings circuits(Map<String, CircuitRule> circuits) {
    return new FailureSettings(circuits, limits, deadLetters, history, historyAge, stuckAfter);
  }

  /** The same with those limits. */
  public FailureSettings limits(Map<String, LimitSettings> limits) {
    return new FailureSettings(circuits, limits, deadLetters, history, historyAge, stuckAfter);
  }

  /** The same with so many dead letters. */
  public FailureSettings deadLetters(int deadLetters) {
    return new FailureSettings(circuits, limits, deadLetters, history, historyAge, stuckAfter);
  }

  /** The same with a history of so many and for so long. */
  public FailureSettings history(int history, Duration historyAge) {
    return new FailureSettings(circuits, limits, deadLetters, history, historyAge, stuckAfter);
  }

  /** The same, called stuck after that time. */
  public FailureSettings stuckAfter(Duration stuckAfter) {
    return new FailureSettings(circuits, limits, deadLetters, history, historyAge, stuckAfter);
  }
}
