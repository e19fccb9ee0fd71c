package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.Retry;
import dev.weir.tasks.failure.Snooze;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Whether another try of a task follows, and when: what its plan, its deadline and the budget of
 * its name say.
 *
 * <p>Its fields belong to whoever moves the task on, one at a time; see {@link Tries}.
 */
final class NextTry {

  /** What waits for a budget comes back no sooner than this, more or less. */
  private static final Duration UNPAID_PAUSE = Duration.ofSeconds(1);

  private static final long NONE = -1;

  private final LiveTask<?> task;
  private final Retry plan;
  private final Guards guards;
  private volatile int failed;
  private int refused;
  private final AtomicBoolean owing = new AtomicBoolean();
  private volatile @Nullable Throwable lastFailure;

  NextTry(LiveTask<?> task, Guards guards) {
    this.task = task;
    this.plan = task.task.safeguards().retry();
    this.guards = guards;
  }

  /** How many tries have failed; what was refused or put off is none. */
  int failed() {
    return failed;
  }

  @Nullable Throwable lastFailure() {
    return lastFailure;
  }

  /**
   * Whether and when another try follows.
   *
   * @return nanoseconds until then; negative if this one was the last
   */
  long after(Throwable thrown) {
    if (thrown instanceof Snooze snooze) {
      return snooze.time().toNanos();
    }
    return thrown instanceof AdmissionRejectedException no && no.reason() == Reason.CIRCUIT_OPEN
        ? waitAfterRefusal(no)
        : waitAfterFailure(thrown);
  }

  private long waitAfterRefusal(AdmissionRejectedException no) {
    refused++;
    if (!plan.allows(1) || refused > Retry.MOST_ATTEMPTS) {
      return NONE;
    }
    long soonest = no.retryAfter().orElse(Duration.ZERO).toNanos();
    return inTime(soonest + plan.delay(1, guards.random).toNanos());
  }

  private long waitAfterFailure(Throwable thrown) {
    int before = failed; // nobody else writes it now
    failed = before + 1;
    lastFailure = thrown;
    if (!allows(thrown)) {
      return NONE;
    }
    long wait = inTime(plan.delay(failed, guards.random).toNanos());
    if (wait == NONE || guards.budget(task.name()).spend()) {
      return wait;
    }
    if (guards.mayOwe()) {
      owing.set(true);
      return Math.max(wait, jittered(UNPAID_PAUSE));
    }
    thrown.addSuppressed(
        new IllegalStateException(
            "Not tried again: too many tasks wait for a retry, and those of this name have used up theirs (%s)."
                .formatted(guards.budget(task.name()))));
    return NONE;
  }

  private boolean allows(Throwable thrown) {
    try {
      return plan.allows(failed, thrown);
    } catch (Throwable broken) { // what asks is nobody's to mend: the task must end in any case
      if (!broken.equals(thrown)) {
        thrown.addSuppressed(broken);
      }
      return false;
    }
  }

  private long inTime(long wait) {
    return task.context.deadline().remainingNanos() > wait ? wait : NONE;
  }

  /** Half of it to one and a half, by chance. */
  long jittered(Duration time) {
    return time.toNanos() / 2 + guards.random.nextLong(time.toNanos());
  }

  /**
   * The wait is over: whether the try may be made now.
   *
   * @return nanoseconds to wait on, because the budget is still spent; 0 if it may
   */
  long waitOn() {
    if (owing.get() && !guards.budget(task.name()).spend()) {
      return jittered(UNPAID_PAUSE);
    }
    over();
    return 0;
  }

  /** It waits for no budget any more. */
  void over() {
    if (owing.getAndSet(false)) {
      guards.owesNoMore();
    }
  }
}
