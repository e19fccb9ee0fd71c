package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import java.time.Duration;
import java.util.Objects;

/**
 * How much is remembered of tasks that have ended, and when a running one is called stuck. Valid
 * once it exists: all problems are told at once. Immutable.
 *
 * @param deadLetters failed tasks that are kept to be run again ({@code tasks.dead-letters}); the
 *     oldest goes first, and is counted
 * @param history ended tasks that are remembered ({@code tasks.history})
 * @param historyAge for how long ({@code tasks.history-age})
 * @param stuckAfter time after which a running try is called stuck, if its task does not say
 *     ({@code tasks.stuck-after})
 */
public record TasksConfig(int deadLetters, int history, Duration historyAge, Duration stuckAfter) {
  private static final int MOST = 1_000_000;

  /**
   * Tasks.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public TasksConfig {
    Objects.requireNonNull(historyAge, "historyAge");
    Objects.requireNonNull(stuckAfter, "stuckAfter");
    Problems problems = Problems.ofCode("tasks");
    check(problems, deadLetters, history, historyAge, stuckAfter);
    problems.throwIfAny();
  }

  /** 1000 dead letters, 1000 ended tasks for an hour; stuck after five minutes. */
  public static TasksConfig defaults() {
    return new TasksConfig(1_000, 1_000, Duration.ofHours(1), Duration.ofMinutes(5));
  }

  static void check(
      Problems problems, int deadLetters, int history, Duration historyAge, Duration stuckAfter) {
    problems.unless(
        deadLetters >= 0 && deadLetters <= MOST,
        "dead-letters",
        deadLetters,
        "must be 0 to 1000000");
    problems.unless(history >= 0 && history <= MOST, "history", history, "must be 0 to 1000000");
    problems.unlessTime("history-age", historyAge);
    problems.unlessTime("stuck-after", stuckAfter);
  }

  /** The same with so many dead letters. */
  public TasksConfig deadLetters(int deadLetters) {
    return new TasksConfig(deadLetters, history, historyAge, stuckAfter);
  }

  /** The same with a history of so many. */
  public TasksConfig history(int history) {
    return new TasksConfig(deadLetters, history, historyAge, stuckAfter);
  }

  /** The same with a history that goes back so far. */
  public TasksConfig historyAge(Duration historyAge) {
    return new TasksConfig(deadLetters, history, historyAge, stuckAfter);
  }

  /** The same, called stuck after that time. */
  public TasksConfig stuckAfter(Duration stuckAfter) {
    return new TasksConfig(deadLetters, history, historyAge, stuckAfter);
  }
}
