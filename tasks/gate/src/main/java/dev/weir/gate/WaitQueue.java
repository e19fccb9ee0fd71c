package dev.weir.gate;

import org.jspecify.annotations.Nullable;

/**
 * First in, first out, with removal from the middle in constant time. Guarded by the gate's lock.
 */
final class WaitQueue {

  private @Nullable Waiter head;
  private @Nullable Waiter tail;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean contains(Waiter waiter) {
    return waiter.queue == this;
  }

  void add(Waiter waiter) {
    waiter.queue = this;
    waiter.previous = tail;
    waiter.next = null;
    if (tail == null) {
      head = waiter;
    } else {
      tail.next = waiter;
    }
    tail = waiter;
    size++;
  }

  @Nullable Waiter poll() {
    Waiter first = head;
    if (first != null) {
      remove(first);
    }
    return first;
  }

  void remove(Waiter waiter) {
    Waiter before = waiter.previous;
    Waiter after = waiter.next;
    if (before == null) {
      head = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      tail = before;
    } else {
      after.previous = before;
    }
    waiter.queue = null;
    waiter.previous = null;
    waiter.next = null;
    size--;
  }
}
