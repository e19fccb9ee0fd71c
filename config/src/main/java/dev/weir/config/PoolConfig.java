package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
 * @param adapt what the pool changes of that by itself ({@code pool.adapt.*})
 * @param fleet with whom the server's connections are shared
 */
public record PoolConfig(
    int min, int max, Duration maxWait, SqlComments sqlComments, AdaptConfig adapt, Fleet fleet) {
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
    Objects.requireNonNull(adapt, "adapt");
    Objects.requireNonNull(fleet, "fleet");
    Problems problems = Problems.ofCode("pool");
    check(problems, min, max, maxWait);
    AdaptConfig.checkAbove(problems, adapt.ceiling(), max);
    problems.throwIfAny();
  }

  /**
   * A pool that changes nothing by itself, in no fleet.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public PoolConfig(int min, int max, Duration maxWait, SqlComments sqlComments) {
    this(min, max, maxWait, sqlComments, AdaptConfig.off(), Fleet.NONE);
  }

  /**
   * A pool that changes nothing by itself, in no fleet, whose statements carry no comments.
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
    return new PoolConfig(min, max, maxWait, sqlComments, adapt, fleet);
  }

  /** The same with another maximum. */
  public PoolConfig max(int max) {
    return new PoolConfig(min, max, maxWait, sqlComments, adapt, fleet);
  }

  /** The same with another longest wait. */
  public PoolConfig maxWait(Duration maxWait) {
    return new PoolConfig(min, max, maxWait, sqlComments, adapt, fleet);
  }

  /** The same with other comments on statements. */
  public PoolConfig sqlComments(SqlComments sqlComments) {
    return new PoolConfig(min, max, maxWait, sqlComments, adapt, fleet);
  }

  /** The same with other things that the pool changes by itself. */
  public PoolConfig adapt(AdaptConfig adapt) {
    return new PoolConfig(min, max, maxWait, sqlComments, adapt, fleet);
  }

  /** The most connections there may come to be: the ceiling, or {@code max} without one. */
  public int ceiling() {
    Integer ceiling = adapt.ceiling();
    return ceiling == null ? max : ceiling;
  }

  /** The same in another fleet, or in none. */
  public PoolConfig fleet(Fleet fleet) {
    return new PoolConfig(min, max, maxWait, sqlComments, adapt, fleet);
  }

  /**
   * The instances that share a server's {@code max_connections}, each of which never has more than
   * its share, or than the few without which it cannot work. Immutable.
   *
   * @param name what they all call it, up to 30 lower-case letters, digits and '-' ({@code
   *     pool.fleet}); null for none
   * @param weight of this instance against the others, 1 to 1,000 ({@code pool.fleet-weight})
   */
  public record Fleet(@Nullable String name, int weight) {
    /** No fleet: up to {@code pool.max}, whatever others have. */
    public static final Fleet NONE = new Fleet(null, 1);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,29}");
    private static final int HEAVIEST = 1_000;

    /**
     * A fleet.
     *
     * @throws ConfigurationException with every problem, if there is any
     */
    public Fleet {
      Problems problems = Problems.ofCode("pool");
      check(problems, name, weight);
      problems.throwIfAny();
    }

    /** The same with another weight. */
    public Fleet weight(int weight) {
      return new Fleet(name, weight);
    }

    static void check(Problems problems, @Nullable String name, int weight) {
      problems.unless(
          name == null || NAME.matcher(name).matches(),
          "fleet",
          name,
          "must be up to 30 lower-case letters, digits and '-', such as orders");
      problems.unless(
          weight >= 1 && weight <= HEAVIEST, "fleet-weight", weight, "must lie in 1..1000");
    }
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
