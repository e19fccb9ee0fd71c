package dev.weir.gate;

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
  private boolean shedding;
  private long restAt;

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
    return shedding;
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
    waiter.due = budgetNanos > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : now + budgetNanos;
    waiter.target = codel.targetNanos(budgetNanos);
    (waiter.target == Long.MAX_VALUE ? patient : hurried).add(waiter);
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
    return quick.since - slow.since < 0 ? quick : slow;
  }

  /** A patient caller that was there before all hurried ones is never overtaken. */
  private @Nullable Waiter first() {
    Waiter first = oldest();
    boolean turned = shedding && codel.order() == CoDel.Order.NEWEST_FIRST;
    return turned && first != null && first.queue == hurried ? hurried.newest() : first;
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
    Waiter first = hurried.oldest();
    boolean wasAbove = above;
    above = first != null && now - first.since > first.target;
    if (!above || first == null) {
      shedding &= now - restAt < 0;
      return null;
    }
    if (!wasAbove) {
      aboveSince = now;
    }
    long interval = CoDel.INTERVAL * first.target;
    if (size() == 1 || (!shedding && now - aboveSince < interval)) {
      return null;
    }
    shedding = true;
    restAt = now + interval; // an interval in which nobody had to be sent away ends it
    hurried.remove(first);
    return first;
  }

  /** Whether this caller, whose turn it would be, has too little time left to be worth a permit. */
  boolean isTooLate(Waiter waiter, long now) {
    long left = waiter.due - now;
    return left <= 0 || (!isEmpty() && left < Math.min(holdNanos, (waiter.due - waiter.since) / 4));
  }

  /** Notes how long a permit was held, for some of them. */
  void held(long nanos) {
    holdNanos = holdNanos == 0 ? nanos : holdNanos + (nanos - holdNanos) / 16;
  }
}
