package dev.weir.monitoring;

import dev.weir.monitoring.text.SafeText;
import java.util.Objects;

/**
 * What one check found. Whatever is not up says why, shows its figures and names a mend. Text that
 * looks like a secret is masked. Immutable.
 */
public sealed interface Health {

  /** What was checked. */
  String component();

  /** How it is, in one word. */
  default Status status() {
    return switch (this) {
      case Up _ -> Status.UP;
      case Degraded _ -> Status.DEGRADED;
      case Unknown _ -> Status.UNKNOWN;
      case Down _ -> Status.DOWN;
    };
  }

  /** Why it is not up; empty if it is. */
  default String cause() {
    return "";
  }

  /** The figures behind it. */
  Evidence evidence();

  /** What to do about it; empty if it is up. */
  default String mend() {
    return "";
  }

  /** One line for people. */
  default String line() {
    String figures = evidence().isEmpty() ? "" : " (" + evidence().text() + ")";
    return switch (this) {
      case Up(var name, _) -> "%s is up%s".formatted(name, figures);
      case Degraded(var name, var why, _, var mend) ->
          "%s is degraded: %s%s; %s".formatted(name, why, figures, mend);
      case Down(var name, var why, _, var mend) ->
          "%s is down: %s%s; %s".formatted(name, why, figures, mend);
      case Unknown(var name, var why, _, var mend) ->
          "%s is unknown: %s%s; %s".formatted(name, why, figures, mend);
    };
  }

  /** All is well, with nothing to add. */
  static Health up(String component) {
    return new Up(component, Evidence.none());
  }

  /** How something is, from best to worst. */
  enum Status {
    /** It works. */
    UP,
    /** It works, but not as it should. */
    DEGRADED,
    /** Nobody can tell: its check does not answer. */
    UNKNOWN,
    /** It does not work. */
    DOWN;

    /** The worse of the two. */
    public Status worst(Status other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /**
   * It works.
   *
   * @param component what was checked
   * @param evidence the figures
   */
  record Up(String component, Evidence evidence) implements Health {
    /** Checks that nothing is null. */
    public Up {
      Objects.requireNonNull(component, "component");
      Objects.requireNonNull(evidence, "evidence");
    }
  }

  /**
   * It works, but not as it should.
   *
   * @param component what was checked
   * @param cause why
   * @param evidence the figures, at least one
   * @param mend what to do
   */
  record Degraded(String component, String cause, Evidence evidence, String mend)
      implements Health {
    /**
     * Checks that all is said.
     *
     * @throws IllegalArgumentException if cause, evidence or mend is missing
     */
    public Degraded {
      requireAll(component, cause, evidence, mend);
      cause = SafeText.of(cause);
      mend = SafeText.of(mend);
    }
  }

  /**
   * It does not work.
   *
   * @param component what was checked
   * @param cause why
   * @param evidence the figures, at least one
   * @param mend what to do
   */
  record Down(String component, String cause, Evidence evidence, String mend) implements Health {
    /**
     * Checks that all is said.
     *
     * @throws IllegalArgumentException if cause, evidence or mend is missing
     */
    public Down {
      requireAll(component, cause, evidence, mend);
      cause = SafeText.of(cause);
      mend = SafeText.of(mend);
    }
  }

  /**
   * Nobody can tell how it is.
   *
   * @param component what was to be checked
   * @param cause why nobody can tell
   * @param evidence the figures, at least one
   * @param mend what to do
   */
  record Unknown(String component, String cause, Evidence evidence, String mend) implements Health {
    /**
     * Checks that all is said.
     *
     * @throws IllegalArgumentException if cause, evidence or mend is missing
     */
    public Unknown {
      requireAll(component, cause, evidence, mend);
      cause = SafeText.of(cause);
      mend = SafeText.of(mend);
    }
  }

  private static void requireAll(String component, String cause, Evidence evidence, String mend) {
    Objects.requireNonNull(component, "component");
    if (cause.isBlank() || evidence.isEmpty() || mend.isBlank()) {
      throw new IllegalArgumentException(
          "what is not up must say cause, evidence and mend: the health of '%s' says cause '%s', evidence '%s', mend '%s'"
              .formatted(component, cause, evidence.text(), mend));
    }
  }
}
