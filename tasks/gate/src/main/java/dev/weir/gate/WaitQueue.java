package dev.weir.gate;

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
}
