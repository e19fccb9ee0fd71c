package dev.weir.tasks.shutdown;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What became of everything that had to stop. Immutable.
 *
 * @param reason why it stopped, such as {@code SIGTERM} or {@code close()}
 * @param budget what all steps together were given
 * @param took what they took
 * @param steps every step in the order of its turn
 */
public record StopReport(String reason, Duration budget, Duration took, List<StepReport> steps) {

  /** Copies the list. */
  public StopReport {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(budget, "budget");
    Objects.requireNonNull(took, "took");
    steps = List.copyOf(steps);
  }

  /** Whether every step ended in time, without a failure and with nothing left undone. */
  public boolean isClean() {
    return steps.stream().allMatch(StepReport::isClean);
  }

  /** Every failure, in the order of the steps. */
  public List<Throwable> failures() {
    return steps.stream().flatMap(step -> step.failure().stream()).toList();
  }

  /**
   * For people: one line if all is well, else one for each step that did not end well and one for
   * each thing that it left. Of failures it gives the type alone, so that no message of somebody
   * else can bring a secret in.
   */
  public String text() {
    String times =
        "%s of %s (%s)".formatted(StepReport.seconds(took), StepReport.seconds(budget), reason);
    return isClean()
        ? "Stopped cleanly in " + times + "."
        : steps.stream()
            .filter(step -> !step.isClean())
            .map(StepReport::text)
            .collect(
                Collectors.joining("\n", "Stopped with work left undone, in " + times + ":\n", ""));
  }
}
