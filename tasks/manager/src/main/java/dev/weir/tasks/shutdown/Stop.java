package dev.weir.tasks.shutdown;

import dev.weir.gate.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a participant is told when it shall stop, and where it says what it has to leave undone.
 * Safe for use by many threads.
 */
public final class Stop {

  private final Deadline deadline;
  private final Queue<String> left = new ConcurrentLinkedQueue<>();

  Stop(Deadline deadline) {
    this.deadline = deadline;
  }

  /** When the participant's share of the budget is over; also bound around its action. */
  public Deadline deadline() {
    return deadline;
  }

  /** What is left of its share; zero when it is over. */
  public Duration remaining() {
    return deadline.remaining();
  }

  /**
   * Names one thing that is left undone, for the report. It may reach a log and standard error, so
   * no secret may be in it.
   */
  public void left(String what) {
    left.add(Objects.requireNonNull(what, "what"));
  }

  List<String> leftovers() {
    return List.copyOf(left);
  }
}
