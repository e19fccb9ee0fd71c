package dev.weir.tasks;

import dev.weir.tasks.failure.FailureSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * What a task manager is told at its start. Immutable.
 *
 * @param bulkheads the bulkheads that differ from {@code defaults}, by name
 * @param defaults what any other bulkhead is like when it is first used
 * @param shutdownBudget how long {@link BackgroundTaskManager#close()} may take
 * @param failure what is done about failure
 */
public record TaskSettings(
    Map<String, BulkheadSettings> bulkheads,
    BulkheadSettings defaults,
    Duration shutdownBudget,
    FailureSettings failure) {

  /** The same with {@link FailureSettings#usual()}. */
  public TaskSettings(
      Map<String, BulkheadSettings> bulkheads, BulkheadSettings defaults, Duration shutdownBudget) {
    this(bulkheads, defaults, shutdownBudget, FailureSettings.usual());
  }

  /**
   * Copies the map and checks the budget.
   *
   * @throws IllegalArgumentException if the budget is negative or a bulkhead is called "system"
   */
  public TaskSettings {
    bulkheads = Map.copyOf(bulkheads);
    Objects.requireNonNull(defaults, "defaults");
    Objects.requireNonNull(failure, "failure");
    if (shutdownBudget.isNegative()) {
      throw new IllegalArgumentException(
          "shutdownBudget = %s must be zero or positive".formatted(shutdownBudget));
    }
    bulkheads.keySet().forEach(BackgroundTaskManager::requireUserBulkhead);
  }
}
