package dev.weir.gate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waiters in the order in which they came, with removal from the middle in constant time. Guarded
 * by the gate's lock.
 */
final class WaitQueue {

  private @Nullable Waiter oldest;
  private @Nullable Waiter newest;
  private int size;

  int size() {
    return size;
  }

  @Nullable Waiter oldest() {
    return oldest;
  }

  @Nullable Waiter newest() {
    return newest;
  }

  void add(Waiter waiter) {
    waiter.queue = this;
    waiter.previous = newest;
    waiter.next = null;
    if (newest == null) {
      oldest = waiter;
    } else {
      newest.next = waiter;
    }
    newest = waiter;
    size++;
  }

  void remove(Waiter waiter) {
    Waiter before = waiter.previous;
    Waiter after = waiter.next;
    if (before == null) {
      oldest = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.previous = before;
    }
    waiter.queue = null;
    waiter.previous = null;
    waiter.next = null;
    size--;
  }

  /** As {@link LaneQueue#collectLate}. */
  long collectLate(long now, List<Waiter> late) {
    long soonest = Long.MAX_VALUE;
    for (Waiter one = oldest; one != null; one = one.next) {
      long budget = one.budget();
      long left = budget == Long.MAX_VALUE ? budget : budget - (now - one.since);
      if (left <= 0) {
        late.add(one);
      } else {
        soonest = Math.min(soonest, left);
      }
    }
    return soonest;
  }
}
