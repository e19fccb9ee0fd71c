package dev.weir.tasks.event.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue on an array, for many threads on both sides. It allocates nothing once it exists,
 * and nobody takes a lock.
 *
 * <p>Two cursors say which positions are in use, and a slot itself says whether its item stands in
 * it. Whoever moves the tail has seen the slot empty, and puts an item in; whoever moves the head
 * has seen an item there, and takes it out. So a slot below the tail holds the item of its position
 * or none. The array is twice as long as the capacity: a slot that the tail comes to is not empty
 * only if a taker stood still between its two steps while all others went around once; then they
 * wait for it, or an older item would come out as a newer one.
 *
 * <p>A move of a cursor is a full fence, and both emptiness and room are judged by the cursors. So
 * whoever offers and then looks for sleepers, or takes and then looks for those who wait for room,
 * cannot miss one that looked here after it had said so.
 */
final class Ring {

  static final long FULL = -1;

  private static final VarHandle ITEMS = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  /** Where the cursors are kept: each alone on two cache lines. */
  private static final int HEAD = 16;

  private static final int TAIL = 32;
  private static final int LIMIT = 48;
  private static final int KNOWN = 64;
  private static final int CURSORS = 80;

  private final int capacity;
  private final int mask;
  private final @Nullable Object[] items;
  private final long[] cursors = new long[CURSORS];

  Ring(int capacity) {
    if (capacity < 1 || capacity > 1 << 29) {
      throw new IllegalArgumentException("capacity = " + capacity + " must be 1 to 536870912");
    }
    this.capacity = capacity;
    this.items = new Object[2 * Integer.highestOneBit(2 * capacity - 1)];
    this.mask = items.length - 1;
  }

  /** The position of the item, or {@link #FULL}. */
  long offer(Object item) {
    while (true) {
      long position = cursor(TAIL);
      if (position >= cursor(LIMIT) && position >= freshLimit()) {
        return FULL; // the tail was read first, so there was such a moment
      }
      if (isUsed(position)) {
        waitForSlowTaker(position);
      } else if (LONGS.compareAndSet(cursors, TAIL, position, position + 1)) {
        ITEMS.setRelease(items, slot(position), item);
        return position;
      }
    }
  }

  private void waitForSlowTaker(long position) {
    if (cursor(TAIL) == position) { // else it is used by whoever was quicker here
      Thread.onSpinWait();
    }
  }

  /** Positions below the limit have room. It may be old, so that the head need not be looked at. */
  private long freshLimit() {
    long fresh = cursor(HEAD) + capacity;
    LONGS.setRelease(cursors, LIMIT, fresh);
    return fresh;
  }

  /** Whether all items before that position have been taken. */
  boolean isFirst(long position) {
    return cursor(HEAD) >= position;
  }

  /** Null if it is empty, or if the first item is just being put in. */
  @Nullable Object poll() {
    long position;
    do {
      position = cursor(HEAD);
      if (!isThere(position)) {
        return null;
      }
    } while (!LONGS.compareAndSet(cursors, HEAD, position, position + 1));
    return take(position);
  }

  /** As many as stand there one after the other, as far as the hand holds; returns how many. */
  int poll(Hand hand) {
    long position;
    int count;
    do {
      position = cursor(HEAD);
      count = 0;
      while (count < hand.size() && isThere(position + count)) {
        count++;
      }
      if (count == 0) {
        return 0;
      }
    } while (!LONGS.compareAndSet(cursors, HEAD, position, position + count));
    for (int i = 0; i < count; i++) {
      hand.put(i, take(position + i));
    }
    return count;
  }

  /** False also if it was taken meanwhile: then the head has moved, and a new look is due. */
  private boolean isThere(long position) {
    return (position < cursor(KNOWN) || position < freshTail()) && isUsed(position);
  }

  /** The tail, as it was when somebody looked last. */
  private long freshTail() {
    long fresh = cursor(TAIL);
    LONGS.setRelease(cursors, KNOWN, fresh);
    return fresh;
  }

  private boolean isUsed(long position) {
    return ITEMS.getAcquire(items, slot(position)) != null;
  }

  private @Nullable Object take(long position) {
    Object item = ITEMS.getAcquire(items, slot(position));
    ITEMS.setRelease(items, slot(position), null);
    return item;
  }

  private int slot(long position) {
    return (int) position & mask;
  }

  /** Whether there is nothing, not even an item that is just being put in. */
  boolean isEmpty() {
    return cursor(HEAD) == cursor(TAIL);
  }

  int size() {
    long first = cursor(HEAD);
    return Math.clamp(cursor(TAIL) - first, 0, capacity);
  }

  int capacity() {
    return capacity;
  }

  private long cursor(int which) {
    return (long) LONGS.getVolatile(cursors, which);
  }
}
