package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;

/**
 * How many tasks of one kind run at once, and how many may wait. Valid once it exists: all problems
 * are told at once. Immutable.
 *
 * @param limit tasks running at once: 1 to 1,000,000 ({@code bulkheads.<name>.limit})
 * @param queue tasks waiting at most: 0 to 100,000,000 ({@code bulkheads.<name>.queue})
 */
public record BulkheadConfig(int limit, int queue) {
  private static final int MOST_RUNNING = 1_000_000;
  private static final int MOST_WAITING = 100_000_000;

  /**
   * A bulkhead.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public BulkheadConfig {
    Problems problems = Problems.ofCode("bulkheads.<name>");
    check(problems, limit, queue);
    problems.throwIfAny();
  }

  /** 64 tasks at once and 10,000 waiting. */
  public static BulkheadConfig defaults() {
    return new BulkheadConfig(64, 10_000);
  }

  static void check(Problems problems, int limit, int queue) {
    problems.unless(
        limit >= 1 && limit <= MOST_RUNNING, "limit", limit, "must lie in 1.." + MOST_RUNNING);
    problems.unless(
        queue >= 0 && queue <= MOST_WAITING, "queue", queue, "must lie in 0.." + MOST_WAITING);
  }

  /** The same with another limit. */
  public BulkheadConfig limit(int limit) {
    return new BulkheadConfig(limit, queue);
  }

  /** The same with another queue bound. */
  public BulkheadConfig queue(int queue) {
    return new BulkheadConfig(limit, queue);
  }
}
