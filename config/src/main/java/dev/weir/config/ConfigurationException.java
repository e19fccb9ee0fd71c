package dev.weir.config;

import dev.weir.config.text.Conversions;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings that cannot be. The message lists every problem at once; no secret is in it. Immutable.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  // An array, because it is sure to be serializable, as an exception must be.
  private final Problem[] problems;

  /** One exception for all these problems, of which there must be at least one. */
  public ConfigurationException(List<Problem> problems) {
    super(text(problems));
    this.problems = problems.toArray(Problem[]::new);
  }

  /** Every problem found, in the order of the message; never empty. */
  public List<Problem> problems() {
    return List.of(problems);
  }

  private static String text(List<Problem> problems) {
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("no problem, no exception");
    }
    String head = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
    return problems.stream()
        .map(problem -> "\n  - " + problem)
        .collect(Collectors.joining("", head + " in the configuration:", ""));
  }

  /**
   * One thing that is wrong. Immutable.
   *
   * @param key the setting, without the prefix {@code weir.}
   * @param value what was given, with every secret in it masked; null when nothing can be shown
   * @param origin where it was given
   * @param reason what is wrong with it and what to write
   */
  public record Problem(String key, @Nullable String value, Origin origin, String reason)
      implements Serializable {
    /** A problem; only the value may be null. */
    public Problem {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(origin, "origin");
      Objects.requireNonNull(reason, "reason");
    }

    /** One line: key, value, origin and reason. */
    @Override
    public String toString() {
      String shown = value == null ? "" : " = " + value;
      return "%s%s (%s): %s".formatted(key, shown, origin.brief(), reason);
    }
  }

  /**
   * Collects what is wrong, to tell it all at once. A check that looks at a setting whose text
   * could not be read at all is passed over: its answer would be about a value nobody gave. For one
   * thread.
   */
  static final class Problems {
    /** No time in the settings is longer: beyond it stands a slip of the pen. */
    static final Duration LONGEST = Duration.ofHours(24);

    private final List<Problem> found;
    private final String prefix;
    private final Function<String, Origin> origins;
    private final Set<String> unreadable;

    private Problems(
        List<Problem> found, String prefix, Function<String, Origin> origins, Set<String> unread) {
      this.found = found;
      this.prefix = prefix;
      this.origins = origins;
      this.unreadable = unread;
    }

    /** For a record built by the program: every value comes from code. */
    static Problems ofCode(String prefix) {
      return new Problems(new ArrayList<>(), prefix, _ -> new Origin.Code(), Set.of());
    }

    /** For settings that were read: each value has its origin, and some texts could not be read. */
    static Problems ofRead(Function<String, Origin> origins, Set<String> unreadable) {
      return new Problems(new ArrayList<>(), "", origins, unreadable);
    }

    /** The same collection, for the keys below this prefix. */
    Problems under(String below) {
      return new Problems(found, path(below), origins, unreadable);
    }

    /** Notes a problem with a key unless it is fine; {@code others} are keys the check looks at. */
    void unless(boolean fine, String key, @Nullable Object value, String reason, String... others) {
      if (fine || unreadable.contains(path(key))) {
        return;
      }
      for (String other : others) {
        if (unreadable.contains(path(other))) {
          return;
        }
      }
      String full = path(key);
      add(new Problem(full, show(value), origins.apply(full), reason));
    }

    /** A time a caller or the service may spend: positive, and no more than a day. */
    void unlessTime(String key, Duration time) {
      unless(time.isPositive(), key, time, "must be positive, such as 5s; the shortest is 1ms");
      unless(time.compareTo(LONGEST) <= 0, key, time, "must be at most 24h");
    }

    void add(Problem problem) {
      found.add(problem);
    }

    int count() {
      return found.size();
    }

    void throwIfAny() {
      if (!found.isEmpty()) {
        throw new ConfigurationException(found);
      }
    }

    /** The whole key, as problems name it. */
    String path(String key) {
      return prefix.isEmpty() ? key : prefix + "." + key;
    }

    private static @Nullable String show(@Nullable Object value) {
      return switch (value) {
        case null -> null;
        case Duration time -> Conversions.show(time);
        default -> value.toString();
      };
    }
  }
}
