package dev.weir.tasks.shutdown;

import dev.weir.gate.Deadline;
import dev.weir.tasks.shutdown.StepReport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One participant's turn: its action, its share, and what came of it. */
final class Course implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(ShutdownSequence.class);
  private static final int FRAMES = 3;

  /** Set where a turn runs, so that a stop called from inside one is known. */
  static final ScopedValue<ShutdownSequence> INSIDE = ScopedValue.newInstance();

  private final ShutdownSequence sequence;
  private final Participant participant;
  private final Duration allowed;
  private final Stop stop;
  private final long start = System.nanoTime();
  private @Nullable Thread thread;
  private volatile @Nullable Throwable failure;
  private volatile boolean ended;
  private volatile boolean leftBehind;

  Course(ShutdownSequence sequence, Participant participant, Duration allowed) {
    this.sequence = sequence;
    this.participant = participant;
    this.allowed = allowed;
    this.stop = new Stop(Deadline.in(allowed));
  }

  /** On a thread of its own: a platform thread, so that one that spins takes no other's carrier. */
  void start() {
    Thread fresh =
        Thread.ofPlatform().daemon().name("weir-stop-" + participant.name()).unstarted(this);
    thread = fresh;
    try {
      fresh.start();
    } catch (Throwable noThread) {
      failure = noThread;
      ended = true;
    }
  }

  @Override
  public void run() {
    try {
      ScopedValue.where(INSIDE, sequence)
          .call(
              () -> {
                stop.deadline().<Exception>run(() -> participant.action().stop(stop));
                return true;
              });
    } catch (Throwable thrown) {
      failure = thrown;
    }
    ended = true;
    if (leftBehind) {
      log.warn(
          "'{}' ended {} after its turn in the stop was over",
          participant.name(),
          failure == null ? "well, but" : "with a failure,",
          failure);
    }
  }

  /**
   * Waits for its end, for its share at most; an interrupt of the waiting thread changes nothing.
   */
  StepReport await() {
    boolean interrupted = false;
    Thread running = thread;
    while (running != null && !ended && !stop.deadline().hasPassed()) {
      try {
        running.join(stop.remaining());
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return report();
  }

  StepReport report() {
    List<String> left = new ArrayList<>(stop.leftovers());
    Outcome outcome = outcome(left);
    if (outcome == Outcome.LATE) {
      leftBehind = true;
      left.addAll(whereItIs());
    }
    return new StepReport(
        participant.name(),
        participant.phase(),
        outcome,
        allowed,
        Duration.ofNanos(System.nanoTime() - start),
        left,
        Optional.ofNullable(failure));
  }

  private Outcome outcome(List<String> left) {
    if (!ended) {
      return Outcome.LATE;
    }
    if (failure != null) {
      return Outcome.FAILED;
    }
    return left.isEmpty() ? Outcome.ENDED : Outcome.LEFT_WORK;
  }

  private List<String> whereItIs() {
    Thread running = thread;
    if (running == null) {
      return List.of();
    }
    List<String> frames =
        List.of(running.getStackTrace()).stream()
            .limit(FRAMES)
            .map(frame -> "at " + frame)
            .toList();
    running.interrupt();
    return frames;
  }
}
