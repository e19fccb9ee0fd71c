package dev.weir.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the waiters of a gate whose time is over, all of them by one timer.
 *
 * <p>A virtual thread that parks with a time limit costs a timer task that is scheduled and taken
 * back, each time by waking the thread that keeps those tasks: more than all else that a wait
 * costs. Here a timer task is scheduled only for a waiter whose time is over before the next look;
 * with waiters of equal patience that is the first of them.
 */
final class Alarm {

  /*
   * What a look finds it only wakes: whether its time is over, and what follows from that, each
   * waiter decides by itself, as it does when it parks with a time limit.
   *
   * Guarded by the gate's lock: planned, nextLook, plan, pending. The timer is called outside it.
   */

  /** A look walks along all who wait, so it is not taken again before this many times its cost. */
  private static final int REST = 20;

  private static final long LEAST_REST_NANOS = 1_000_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final Gate gate;
  private final Ticker ticker;
  private final ScheduledExecutorService timer;
  private boolean planned;

  /** When the planned look is due, by the ticker. */
  private long nextLook;

  /** Its number: a look that was planned before and has been superseded does nothing. */
  private long plan;

  private @Nullable ScheduledFuture<?> pending;

  Alarm(Gate gate, Ticker ticker, ScheduledExecutorService timer) {
    this.gate = gate;
    this.ticker = ticker;
    this.timer = timer;
  }

  /** A look that is to be scheduled. */
  record Look(long plan, long aheadNanos) {}

  /**
   * A waiter was queued: under the lock.
   *
   * @return what to give to {@link #schedule} once the lock is free; null if nothing
   */
  @Nullable Runnable queued(Waiter waiter) {
    waiter.watched = waiter.budget() != NEVER;
    if (!waiter.watched || (planned && waiter.since + waiter.budget() - nextLook >= 0)) {
      return null;
    }
    Look look = plan(waiter.since, waiter.budget());
    return () -> schedule(look);
  }

  private Look plan(long now, long aheadNanos) {
    planned = true;
    nextLook = now + aheadNanos;
    plan++;
    return new Look(plan, aheadNanos);
  }

  /**
   * Outside the lock.
   *
   * @throws RejectedExecutionException if the timer was shut down
   */
  private void schedule(Look look) {
    ScheduledFuture<?> fresh =
        timer.schedule(() -> look(look.plan()), look.aheadNanos(), TimeUnit.NANOSECONDS);
    ScheduledFuture<?> needless = gate.locked(_ -> supersede(look, fresh));
    if (needless != null) {
      needless.cancel(false);
    }
  }

  /**
   * Keeps the look unless it has been superseded already; gives back the one that is not needed.
   */
  private @Nullable ScheduledFuture<?> supersede(Look look, ScheduledFuture<?> fresh) {
    if (look.plan() != plan) {
      return fresh;
    }
    ScheduledFuture<?> before = pending;
    pending = fresh;
    return before;
  }

  private void look(long number) {
    List<Waiter> late = new ArrayList<>();
    Look next = gate.locked(admissions -> number == plan ? look(admissions, late) : null);
    late.forEach(Waiter::overdue);
    if (next != null) {
      schedule(next);
    }
  }

  private @Nullable Look look(Admissions admissions, List<Waiter> late) {
    planned = false;
    long now = ticker.nanos();
    long soonest = NEVER;
    for (Lane lane : admissions.turns.waiting()) {
      soonest = Math.min(soonest, lane.queue.collectLate(now, late));
    }
    if (soonest == NEVER) {
      return null;
    }
    long cost = ticker.nanos() - now;
    return plan(now + cost, Math.max(soonest - cost, Math.max(LEAST_REST_NANOS, REST * cost)));
  }
}
