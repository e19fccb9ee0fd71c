package dev.weir.gate;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a gate decides while its lock is held: who enters, who waits, who is told no. Guarded by the
 * gate's lock.
 *
 * <p>Nobody is told here: who is to be told is chained, and {@link #takeToTell()} hands the chain
 * to the gate, which tells it once the lock is free.
 */
final class Admissions {

  /*
   * Invariants, true whenever the lock is free:
   *   1. Permits: inUse = sum of the lanes' inUse, above all() only after that fell or overdraw.
   *   2. No waiter stands in a queue whose lane could be admitted (work conserving). So a caller
   *      that finds its own lane admissible and its own queue empty overtakes nobody.
   *   3. A waiter is in a queue, or in a chain to be told, never both: it is told once. One that
   *      was cancelled is in neither and holds no permit.
   *   4. Turns knows exactly the lanes with somebody in the queue.
   */
  final Permits permits;
  final Turns turns = new Turns();
  private final String gate;
  private final Ticker ticker;
  private boolean closed;

  /** Told after the lock is released. */
  private @Nullable Waiter firstToTell;

  private @Nullable Waiter lastToTell;

  Admissions(String gate, Permits permits, Ticker ticker) {
    this.gate = gate;
    this.permits = permits;
    this.ticker = ticker;
  }

  /** Overtakes nobody: by invariant 2 nobody stands before a permit that this lane may take. */
  boolean enter(Lane lane) {
    boolean free =
        !closed && lane.pauses.isEmpty() && lane.queue.isEmpty() && permits.admissible(lane);
    if (free) {
      permits.take(lane);
    }
    return free;
  }

  /** Admits the waiter and has it told. */
  boolean enter(Lane lane, Waiter waiter) {
    if (waiter.used) {
      throw new IllegalStateException("a waiter is good for one request; make a new one");
    }
    boolean entered = enter(lane);
    if (entered) {
      waiter.used = true;
      tellLater(waiter);
    }
    return entered;
  }

  /** Queues the waiter of a lane in which nobody can enter, or says why not. */
  @Nullable Refusal queue(Lane lane, Waiter waiter) {
    if (closed) {
      return refuse(lane, Reason.CLOSED, 0);
    }
    if (!lane.pauses.isEmpty()) {
      return refuse(lane, Reason.PAUSED, 0);
    }
    LaneQueue queue = lane.queue;
    if (queue.size() >= lane.settings.queueBound()) {
      return refuse(lane, Reason.QUEUE_FULL, 0);
    }
    long budget = waiter.budgetNanos();
    // The pace is an estimate: only who would come much too late is told at once.
    if (permits.isFull() && queue.expectedWaitNanos() / 2 > budget) {
      return refuse(lane, Reason.DEADLINE, 0);
    }
    if (queue.isEmpty()) {
      turns.beganToWait(lane);
    }
    waiter.used = true;
    long now = ticker.nanos();
    queue.add(waiter, now, budget);
    shed(lane, now);
    return null;
  }

  /**
   * Takes a permit, whether or not one is free.
   *
   * @return how many are in use now
   */
  int overdraw(Lane lane) {
    permits.take(lane);
    return permits.inUse;
  }

  /** Takes the waiter out of the queue; false if it does not stand there. */
  boolean cancel(Lane lane, Waiter waiter) {
    boolean stands = lane.queue.contains(waiter);
    if (stands) {
      lane.queue.remove(waiter);
      turns.left(lane);
    }
    return stands;
  }

  /** Gives a permit back and has the next in order told. */
  void exit(Lane lane) {
    if (lane.inUse == 0) {
      throw new IllegalStateException(
          "a permit too many came back to lane '%s' of gate '%s': a bug in its caller"
              .formatted(lane.name(), gate));
    }
    permits.giveBack(lane);
    admitWaiting();
  }

  /** To be called whenever a permit may have become free: it keeps invariant 2. */
  void admitWaiting() {
    if (turns.isNobodyWaiting()) {
      return;
    }
    long now = ticker.nanos();
    for (Lane lane = turns.next(permits); lane != null; lane = turns.next(permits)) {
      shed(lane, now);
      Waiter next = Objects.requireNonNull(lane.queue.next());
      turns.left(lane);
      if (lane.queue.isTooLate(next, now)) {
        refuseLater(lane, next, Reason.DEADLINE, now);
      } else {
        turns.served(lane);
        lane.queue.served(now);
        lane.waited++;
        permits.take(lane);
        tellLater(next);
      }
    }
  }

  private void shed(Lane lane, long now) {
    for (Waiter w = lane.queue.shed(now); w != null; w = lane.queue.shed(now)) {
      refuseLater(lane, w, Reason.OVERLOADED, now);
    }
  }

  /** Admits nobody any more and refuses those who wait. */
  void close() {
    closed = true;
    refuseWaiting(Reason.CLOSED, Long.MIN_VALUE);
  }

  /** Admits nobody in its lane any more and refuses those who wait there. */
  LanePause pause(LanePause pause) {
    pause.lane.pauses.add(pause);
    refuseWaiting(pause.lane, Reason.PAUSED, Long.MIN_VALUE, ticker.nanos());
    return pause;
  }

  /** Refuses those who have waited that long. */
  void refuseWaiting(Reason reason, long atLeastNanos) {
    long now = ticker.nanos();
    turns.waiting().forEach(lane -> refuseWaiting(lane, reason, atLeastNanos, now));
  }

  private void refuseWaiting(Lane lane, Reason reason, long atLeastNanos, long now) {
    Waiter w = lane.queue.oldest();
    while (w != null && now - w.since >= atLeastNanos) {
      cancel(lane, w);
      refuseLater(lane, w, reason, now);
      w = lane.queue.oldest();
    }
  }

  private void refuseLater(Lane lane, Waiter waiter, Reason reason, long now) {
    Refusal no = refuse(lane, reason, now - waiter.since);
    waiter.verdict =
        reason == Reason.OVERLOADED
            ? no.notBefore(CoDel.INTERVAL * lane.queue.targetOf(waiter))
            : no;
    tellLater(waiter);
  }

  /** Counts a refusal; its text and stack are made outside the lock, where they hold up nobody. */
  Refusal refuse(Lane lane, Reason reason, long waitedNanos) {
    lane.rejected++;
    boolean nobodyKnows = reason == Reason.CLOSED || reason == Reason.PAUSED;
    long wait = nobodyKnows ? -1 : lane.queue.expectedWaitNanos();
    Duration retryAfter = wait < 0 ? null : Duration.ofNanos(wait);
    String advice =
        reason == Reason.PAUSED && !lane.pauses.isEmpty()
            ? lane.pauses.getFirst().why()
            : lane.settings.advice();
    return new Refusal(snapshot(lane), advice, reason, waitedNanos, retryAfter);
  }

  private void tellLater(Waiter waiter) {
    if (lastToTell == null) {
      firstToTell = waiter;
    } else {
      lastToTell.next = waiter;
    }
    lastToTell = waiter;
  }

  /** Those who are to be told, chained; null if nobody is. */
  @Nullable Waiter takeToTell() {
    Waiter chain = firstToTell;
    firstToTell = null;
    lastToTell = null;
    return chain;
  }

  LaneSnapshot snapshot(Lane lane) {
    LaneSettings s = lane.settings;
    return new LaneSnapshot(
        gate,
        lane.name(),
        s.reserved(),
        s.limit(),
        s.queueBound(),
        lane.inUse,
        lane.queue.size(),
        lane.admitted,
        lane.waited,
        lane.rejected,
        lane.queue.isShedding(),
        permits.all(),
        permits.inUse);
  }
}
