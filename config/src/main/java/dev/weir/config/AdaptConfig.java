package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the pool changes by itself how many callers it lets in, and how many connections it may
 * have. Valid once it exists: all problems are told at once. Immutable.
 *
 * @param limit callers let in at once, changed within seconds ({@code pool.adapt.limit})
 * @param size connections open at most, changed within minutes ({@code pool.adapt.size})
 * @param ceiling the most connections it may go to by itself, 1 to 10,000; null for {@code
 *     pool.max} ({@code pool.adapt.ceiling})
 */
public record AdaptConfig(Mode limit, Mode size, @Nullable Integer ceiling) {

  /**
   * What to adapt.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public AdaptConfig {
    Objects.requireNonNull(limit, "limit");
    Objects.requireNonNull(size, "size");
    Problems problems = Problems.ofCode("pool.adapt");
    check(problems, ceiling);
    problems.throwIfAny();
  }

  /** Nothing is changed by itself. */
  public static AdaptConfig off() {
    return new AdaptConfig(Mode.OFF, Mode.OFF, null);
  }

  static void check(Problems problems, @Nullable Integer ceiling) {
    problems.unless(
        ceiling == null || (ceiling >= 1 && ceiling <= PoolConfig.MOST),
        "ceiling",
        ceiling,
        "must be 1 to " + PoolConfig.MOST);
  }

  /** That the size can move between what the pool has and its ceiling. */
  static void checkAbove(Problems problems, @Nullable Integer ceiling, int max) {
    problems.unless(
        ceiling == null || ceiling >= max,
        "adapt.ceiling",
        ceiling,
        "must not lie below pool.max (%d), where the size begins; leave it out for pool.max"
            .formatted(max),
        "max");
  }

  /** The same with another way to treat the callers let in at once. */
  public AdaptConfig limit(Mode limit) {
    return new AdaptConfig(limit, size, ceiling);
  }

  /** The same with another way to treat the number of connections. */
  public AdaptConfig size(Mode size) {
    return new AdaptConfig(limit, size, ceiling);
  }

  /** The same with another ceiling; null for {@code pool.max}. */
  public AdaptConfig ceiling(@Nullable Integer ceiling) {
    return new AdaptConfig(limit, size, ceiling);
  }

  /** What is done about what would be better. */
  public enum Mode {
    /** Nothing; it is told to who asks. */
    OFF,
    /** It is told when it changes, and nothing is done. */
    ADVISE,
    /** It is done and told. */
    ON;

    static Mode of(String text) {
      return Stream.of(values())
          .filter(one -> one.toString().equals(text.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("must be off, advise or on"));
    }

    /** The name as it is written in settings: lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
