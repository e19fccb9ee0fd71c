package dev.weir.tasks.failure;

import dev.weir.gate.Retry;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What guards a task against failure, and others against the task. Immutable; the withers return a
 * changed copy.
 *
 * @param retry how often it is tried, and after which failures
 * @param timeout how long one try may take
 * @param circuit the circuit without whose leave no try begins
 * @param limit the limit that all tasks of one name and key share
 * @param stuckAfter how long a try runs before it is called stuck
 */
public record Safeguards(
    Retry retry,
    Optional<Duration> timeout,
    Optional<String> circuit,
    Optional<Limited> limit,
    Optional<Duration> stuckAfter) {

  /** Tried once, however long it takes. */
  public static final Safeguards NONE =
      new Safeguards(
          Retry.never(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException if a time is not positive or a name is blank
   */
  public Safeguards {
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(limit, "limit");
    timeout.ifPresent(it -> requirePositive(it, "timeout"));
    stuckAfter.ifPresent(it -> requirePositive(it, "stuckAfter"));
    circuit.ifPresent(it -> requireText(it, "circuit"));
  }

  /**
   * A limit, and what it is counted by.
   *
   * @param name the limit's name in the settings
   * @param key tasks of one key share it; empty for all
   */
  public record Limited(String name, String key) {

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public Limited {
      requireText(name, "limit");
      Objects.requireNonNull(key, "key");
    }
  }

  /** The same, tried as that says. */
  public Safeguards retry(Retry retry) {
    return new Safeguards(retry, timeout, circuit, limit, stuckAfter);
  }

  /** The same, each try taking no longer than that. */
  public Safeguards timeout(Duration timeout) {
    return new Safeguards(retry, Optional.of(timeout), circuit, limit, stuckAfter);
  }

  /** The same behind that circuit. */
  public Safeguards circuit(String circuit) {
    return new Safeguards(retry, timeout, Optional.of(circuit), limit, stuckAfter);
  }

  /** The same under that limit. */
  public Safeguards limit(Limited limit) {
    return new Safeguards(retry, timeout, circuit, Optional.of(limit), stuckAfter);
  }

  /** The same, called stuck after that time. */
  public Safeguards stuckAfter(Duration stuckAfter) {
    return new Safeguards(retry, timeout, circuit, limit, Optional.of(stuckAfter));
  }

  /** Whether a task of it passes more than its bulkhead, or may be tried again. */
  public boolean isNone() {
    return retry.attempts() == 1 && timeout.isEmpty() && circuit.isEmpty() && limit.isEmpty();
  }

  private static void requirePositive(Duration time, String what) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException("%s = %s must be positive".formatted(what, time));
    }
  }

  private static void requireText(String text, String what) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a task's " + what + " must not be blank");
    }
  }
}
