package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How many connections Weir keeps to a database node, and how long a caller waits for one. Valid
 * once it exists: all problems are told at once. Immutable.
 *
 * @param min connections kept open when nothing happens: 0 to {@code max} ({@code pool.min})
 * @param max connections open at most: 1 to 10,000 ({@code pool.max})
 * @param maxWait the longest wait for a connection by a caller who has bound no deadline ({@code
 *     pool.wait}); it carries another name than its key because no record may have a component
 *     named {@code wait}
 * @param sqlComments what the statements of a session tell the server about it ({@code
 *     pool.sql-comments})
 */
public record PoolConfig(int min, int max, Duration maxWait, SqlComments sqlComments) {
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
    Objects.requireNonNull(sqlComments, "sqlComments");
    Problems problems = Problems.ofCode("pool");
    check(problems, min, max, maxWait);
    problems.throwIfAny();
  }

  /**
   * A pool whose statements carry no comments.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public PoolConfig(int min, int max, Duration maxWait) {
    this(min, max, maxWait, SqlComments.OFF);
  }

  static void check(Problems problems, int min, int max, Duration maxWait) {
    problems.unless(max >= 1, "max", max, "must be at least 1");
    problems.unless(max <= MOST, "max", max, "must be at most " + MOST);
    problems.unless(min >= 0 && min <= max, "min", min, "must lie in 0..max (" + max + ")", "max");
    problems.unlessTime("wait", maxWait);
  }

  /** The same with another minimum. */
  public PoolConfig min(int min) {
    return new PoolConfig(min, max, maxWait, sqlComments);
  }

  /** The same with another maximum. */
  public PoolConfig max(int max) {
    return new PoolConfig(min, max, maxWait, sqlComments);
  }

  /** The same with another longest wait. */
  public PoolConfig maxWait(Duration maxWait) {
    return new PoolConfig(min, max, maxWait, sqlComments);
  }

  /** The same with other comments on statements. */
  public PoolConfig sqlComments(SqlComments sqlComments) {
    return new PoolConfig(min, max, maxWait, sqlComments);
  }

  /**
   * What the statements of a session tell the server about it, in a comment at their end as
   * sqlcommenter specifies it: it is seen in {@code pg_stat_activity}, in the server's log and by
   * tools that read them.
   *
   * <p>To the driver a statement with another comment is another statement. A name costs its cache
   * an entry for each pair of statement and name, which is little where the names are few. A trace
   * makes each statement a new one: none is found in the cache any more, none is prepared on the
   * server, and each is parsed and planned anew.
   */
  public enum SqlComments {
    /** Nothing. */
    OFF,
    /** The session's name. */
    NAME,
    /** The session's name and the trace that it belongs to. */
    TRACE;

    static SqlComments of(String text) {
      return Stream.of(values())
          .filter(one -> one.toString().equals(text.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("must be off, name or trace"));
    }

    /** The name as it is written in settings: lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
