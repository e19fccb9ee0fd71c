package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import java.time.Duration;
import java.util.Objects;

/**
 * How many connections Weir keeps to a database node, and how long a caller waits for one. Valid
 * once it exists: all problems are told at once. Immutable.
 *
 * @param min connections kept open when nothing happens: 0 to {@code max} ({@code pool.min})
 * @param max connections open at most: 1 to 10,000 ({@code pool.max})
 * @param maxWait the longest wait for a connection by a caller who has bound no deadline ({@code
 *     pool.wait}); it carries another name than its key because no record may have a component
 *     named {@code wait}
 */
public record PoolConfig(int min, int max, Duration maxWait) {
  /** The most connections that can be asked for. */
  public static final int MOST = 10_000;

  static final Duration DEFAULT_MAX_WAIT = Duration.ofSeconds(5);

  /**
   * A pool.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public PoolConfig {
    Objects.requireNonNull(maxWait, "maxWait");
    Problems problems = Problems.ofCode("pool");
    check(problems, min, max, maxWait);
    problems.throwIfAny();
  }

  static void check(Problems problems, int min, int max, Duration maxWait) {
    problems.unless(max >= 1, "max", max, "must be at least 1");
    problems.unless(max <= MOST, "max", max, "must be at most " + MOST);
    problems.unless(min >= 0 && min <= max, "min", min, "must lie in 0..max (" + max + ")", "max");
    problems.unlessTime("wait", maxWait);
  }

  /** The same with another minimum. */
  public PoolConfig min(int min) {
    return new PoolConfig(min, max, maxWait);
  }

  /** The same with another maximum. */
  public PoolConfig max(int max) {
    return new PoolConfig(min, max, maxWait);
  }

  /** The same with another longest wait. */
  public PoolConfig maxWait(Duration maxWait) {
    return new PoolConfig(min, max, maxWait);
  }
}
