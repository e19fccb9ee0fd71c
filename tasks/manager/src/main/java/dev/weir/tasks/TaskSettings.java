package dev.weir.tasks;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * What a task manager is told at its start. Immutable.
 *
 * @param bulkheads the bulkheads that differ from {@code defaults}, by name
 * @param defaults what any other bulkhead is like when it is first used
 * @param shutdownBudget how long {@link BackgroundTaskManager#close()} may take
 */
public record TaskSettings(
    Map<String, BulkheadSettings> bulkheads, BulkheadSettings defaults, Duration shutdownBudget) {

  /**
   * Copies the map and checks the budget.
   *
   * @throws IllegalArgumentException if the budget is negative or a bulkhead is called "system"
   */
  public TaskSettings {
    bulkheads = Map.copyOf(bulkheads);
    Objects.requireNonNull(defaults, "defaults");
    if (shutdownBudget.isNegative()) {
      throw new IllegalArgumentException(
          "shutdownBudget = %s must be zero or positive".formatted(shutdownBudget));
    }
    bulkheads.keySet().forEach(BackgroundTaskManager::requireUserBulkhead);
  }
}
