package dev.weir.tasks.clockwork;

import dev.weir.tasks.schedule.Overlap;
import dev.weir.tasks.schedule.ScheduledRun;
import dev.weir.tasks.schedule.ScheduledRun.Ending;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a schedule: those that go on, those that wait for them, and the figures. Guarded by
 * its {@link Ticks}; it starts and cancels nothing itself.
 */
final class Runs {

  private final Ticks ticks;
  private final Overlap overlap;
  private final Chore chore;
  private final Clockwork clockwork;
  private final Set<Run> going = new HashSet<>();
  private int queued;

  /** When the tick was due that was taken in last, by the monotonic clock. */
  private long dueAt;

  private long begun;
  private long failures;
  private long skipped;
  private @Nullable ScheduledRun last;

  Runs(Ticks ticks, Overlap overlap, Chore chore, Clockwork clockwork) {
    this.ticks = ticks;
    this.overlap = overlap;
    this.chore = chore;
    this.clockwork = clockwork;
  }

  /**
   * Takes in ticks that each want a run.
   *
   * @param due when they were due, by the monotonic clock
   * @return what to do outside the lock: runs to start, or to cancel
   */
  List<Runnable> offer(int wanted, long due) {
    dueAt = due;
    if (wanted == 0) {
      return List.of();
    }
    if (overlap != Overlap.ALLOW && !going.isEmpty()) {
      return queueBehindOthers(wanted);
    }
    int now = overlap == Overlap.ALLOW ? wanted : 1;
    queued = wanted - now;
    return Stream.generate(this::fresh).limit(now).<Runnable>map(it -> it::start).toList();
  }

  private List<Runnable> queueBehindOthers(int wanted) {
    int room = overlap == Overlap.SKIP ? 0 : Math.max(0, 1 - queued);
    int kept = Math.min(room, wanted);
    queued += kept;
    leaveOut(wanted - kept);
    return overlap == Overlap.CANCEL_OLD
        ? going.stream().<Runnable>map(it -> it::cancel).toList()
        : List.of();
  }

  private Run fresh() {
    var run = new Run(ticks, chore, clockwork.time(), dueAt);
    going.add(run);
    begun++;
    return run;
  }

  /** What to start now that this one is over, if another waited for that. */
  Optional<Run> ended(Run run, ScheduledRun how) {
    going.remove(run);
    last = how;
    if (how.ending() == Ending.FAILED) {
      failures++;
    }
    if (how.ending() == Ending.REFUSED) {
      begun--;
      leaveOut(1);
      forgetQueued();
    }
    if (queued == 0 || !going.isEmpty()) {
      return Optional.empty();
    }
    queued--;
    return Optional.of(fresh());
  }

  void forgetQueued() {
    leaveOut(queued);
    queued = 0;
  }

  void leaveOut(long ticksLeft) {
    skipped += ticksLeft;
    clockwork.leftOut(ticksLeft);
  }

  boolean areOver() {
    return going.isEmpty();
  }

  long begun() {
    return begun;
  }

  long failures() {
    return failures;
  }

  long skipped() {
    return skipped;
  }

  Optional<ScheduledRun> last() {
    return Optional.ofNullable(last);
  }
}
