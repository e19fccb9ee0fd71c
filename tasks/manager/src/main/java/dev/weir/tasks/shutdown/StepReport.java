package dev.weir.tasks.shutdown;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one step of a stop. Immutable.
 *
 * @param name whose step it was
 * @param phase when
 * @param outcome how it ended
 * @param allowed its share of the budget
 * @param took how long it took, or was waited for
 * @param left what it left undone, one sentence each; for one that is late, where its thread was
 * @param failure what it threw
 */
public record StepReport(
    String name,
    Phase phase,
    Outcome outcome,
    Duration allowed,
    Duration took,
    List<String> left,
    Optional<Throwable> failure) {

  /** How a step ended. */
  public enum Outcome {
    /** In time, with nothing left. */
    ENDED,
    /** It had to leave something undone. */
    LEFT_WORK,
    /** It threw. */
    FAILED,
    /** Its time was over before it had ended; its thread was interrupted and left behind. */
    LATE
  }

  /** Copies the list. */
  public StepReport {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(allowed, "allowed");
    Objects.requireNonNull(took, "took");
    Objects.requireNonNull(failure, "failure");
    left = List.copyOf(left);
  }

  /** Whether nothing is left to say about it. */
  public boolean isClean() {
    return outcome == Outcome.ENDED;
  }

  /** In one sentence, with what it left below. Of a failure the type alone: messages may tell. */
  String text() {
    String head = "  %s (%s) %s".formatted(name, phase, ending());
    return left.isEmpty() ? head : head + ":\n    " + String.join("\n    ", left);
  }

  private String ending() {
    return switch (outcome) {
      case ENDED -> "ended after " + seconds(took);
      case LEFT_WORK -> "left work undone after " + seconds(took);
      case FAILED ->
          "failed after %s with %s"
              .formatted(
                  seconds(took), failure.map(it -> it.getClass().getName()).orElse("no reason"));
      case LATE -> "did not end within %s and was left behind".formatted(seconds(allowed));
    };
  }

  static String seconds(Duration time) {
    return "%d.%02d s".formatted(time.toSeconds(), time.toMillisPart() / 10);
  }
}
