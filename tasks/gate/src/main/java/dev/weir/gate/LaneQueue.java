package dev.weir.gate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The callers that wait in one lane, and the rule by which some are told no before their time is
 * up. Guarded by the gate's lock.
 *
 * <p>Patient and hurried callers (see {@link CoDel}) stand in two queues, so that the oldest of
 * each is known at once; who came first goes first, whichever queue it stands in.
 */
final class LaneQueue {

  /** Turns seen in this busy time before their pace is believed. */
  private static final int ENOUGH_TURNS = 64;

  private static final double SMOOTHING = 1.0 / 32;

  private final CoDel codel;
  private final WaitQueue patient = new WaitQueue();
  private final WaitQueue hurried = new WaitQueue();

  /** Whether the oldest hurried caller stands above its target, and since when. */
  private boolean above;

  private long aboveSince;

  /** The longest interval for which the queue was seen to stand; 0: callers are not sent away. */
  private long stood;

  /** When it ends, unless somebody is sent away before. */
  private long restAt;

  private int arrivals;

  /** Turns since somebody last began to wait here, when the last was, and their mean distance. */
  private int turns;

  private long lastTurn;
  private double turnNanos;
  private long holdNanos;

  LaneQueue(CoDel codel) {
    this.codel = codel;
  }

  int size() {
    return patient.size() + hurried.size();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  boolean isShedding() {
    return stood > 0 && !isEmpty();
  }

  boolean contains(Waiter waiter) {
    return waiter.queue != null && (waiter.queue == patient || waiter.queue == hurried);
  }

  void add(Waiter waiter, long now, long budgetNanos) {
    if (isEmpty()) {
      turns = 0;
      lastTurn = now;
    }
    waiter.since = now;
    waiter.number = arrivals++;
    (codel.targetNanos(budgetNanos) == Long.MAX_VALUE ? patient : hurried).add(waiter);
  }

  void remove(Waiter waiter) {
    if (waiter.queue != null) {
      waiter.queue.remove(waiter);
    }
  }

  /** Takes out whose turn it is now; null if nobody waits. */
  @Nullable Waiter next() {
    Waiter chosen = first();
    if (chosen != null) {
      remove(chosen);
    }
    return chosen;
  }

  /** Who has waited longest. */
  @Nullable Waiter oldest() {
    Waiter quick = hurried.oldest();
    Waiter slow = patient.oldest();
    if (quick == null || slow == null) {
      return quick == null ? slow : quick;
    }
    return quick.cameBefore(slow) ? quick : slow;
  }

  /** While callers are sent away the newest goes first, unless it would overtake a patient one. */
  private @Nullable Waiter first() {
    Waiter newest = hurried.newest();
    Waiter slow = patient.oldest();
    if (newest == null || stood == 0 || codel.order() == CoDel.Order.OLDEST_FIRST) {
      return oldest();
    }
    return slow == null || newest.cameBefore(slow) ? newest : oldest();
  }

  /** The delay that may stand for it; {@link Long#MAX_VALUE}: any. */
  long targetOf(Waiter waiter) {
    return codel.targetNanos(waiter.budget());
  }

  /** Notes that somebody was admitted from here. */
  void served(long now) {
    double distance = now - lastTurn;
    lastTurn = now;
    turns++;
    // A plain mean at first, so that the first turn does not weigh for long.
    turnNanos += (distance - turnNanos) * Math.max(SMOOTHING, 1.0 / turns);
  }

  /** How long somebody who comes now will wait, by the pace of this busy time; -1: not known. */
  long expectedWaitNanos() {
    return turns < ENOUGH_TURNS ? -1 : (long) (turnNanos * (size() + 1));
  }

  /**
   * The next hurried caller that must be told no, taken out of the queue; null if none must. The
   * last one in the lane is never sent away: its permit would go unused.
   */
  @Nullable Waiter shed(long now) {
    if (now - restAt >= 0) {
      stood = 0; // for an interval nobody had to be sent away
    }
    Waiter first = hurried.oldest();
    boolean wasAbove = above;
    above = first != null && now - first.since > targetOf(first);
    if (!above || first == null) {
      return null;
    }
    if (!wasAbove) {
      aboveSince = now;
    }
    long interval = CoDel.INTERVAL * targetOf(first);
    // What stood long for one that brought little time has not stood long for others.
    if (size() == 1 || Math.max(stood, now - aboveSince) < interval) {
      return null;
    }
    restAt = stood == 0 || restAt - now < interval ? now + interval : restAt;
    stood = Math.max(stood, interval);
    hurried.remove(first);
    return first;
  }

  /** Whether this caller, whose turn it would be, has too little time left to be worth a permit. */
  boolean isTooLate(Waiter waiter, long now) {
    long budget = waiter.budget();
    long left = budget - (now - waiter.since);
    return left <= 0 || (!isEmpty() && left < Math.min(holdNanos, budget / 4));
  }

  /**
   * Collects those whose time is over; they stay in the queue.
   *
   * @return what the next of the others has left, {@link Long#MAX_VALUE} if nobody's time ends
   */
  long collectLate(long now, List<Waiter> late) {
    return Math.min(patient.collectLate(now, late), hurried.collectLate(now, late));
  }

  /** Notes how long a permit was held, for some of them. */
  void held(long nanos) {
    holdNanos = holdNanos == 0 ? nanos : holdNanos + (nanos - holdNanos) / 16;
  }
}
