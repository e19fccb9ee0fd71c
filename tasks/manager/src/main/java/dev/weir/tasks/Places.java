package dev.weir.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the live tasks stand: tables of slots, each slot taken by one compare-and-set and left by
 * one write, without a lock and without an object for each entry.
 *
 * <p>A task looks for a slot by its number, spread over the table so that neighbours do not share a
 * cache line. Numbers that follow each other find different slots until a table is full; then the
 * next, twice as large, is added. Tables stay for the next flood.
 */
final class Places {

  private static final int FIRST_SIZE = 1 << 10;
  private static final int FIRST_BIT = Integer.numberOfTrailingZeros(FIRST_SIZE);
  private static final int TRIES = 8;

  /** Odd, so that a table's size of consecutive numbers meets each slot once (Knuth, 6.4). */
  private static final int SPREAD = 0x9E37_79B1;

  private volatile List<AtomicReferenceArray<@Nullable LiveTask<?>>> tables =
      List.of(new AtomicReferenceArray<>(FIRST_SIZE));

  /** Takes a slot, which the task remembers until it leaves. */
  void take(LiveTask<?> task) {
    int start = (int) task.id() * SPREAD;
    while (true) {
      List<AtomicReferenceArray<@Nullable LiveTask<?>>> now = tables;
      for (int i = now.size() - 1; i >= 0; i--) {
        if (take(now.get(i), start, task)) {
          return;
        }
      }
      grow(now.size());
    }
  }

  /** A place is the table's size and the slot: its highest bit says which table. */
  private static boolean take(
      AtomicReferenceArray<@Nullable LiveTask<?>> table, int start, LiveTask<?> task) {
    int size = table.length();
    for (int i = 0; i < TRIES; i++) {
      int slot = (start + i) & (size - 1);
      if (table.get(slot) == null) {
        task.place = size + slot; // first: whoever finds the task may have it leave
        if (table.compareAndSet(slot, null, task)) {
          return true;
        }
      }
    }
    return false;
  }

  private synchronized void grow(int tooFew) {
    if (tables.size() == tooFew) {
      var more = new ArrayList<>(tables);
      more.add(new AtomicReferenceArray<>(FIRST_SIZE << tooFew));
      tables = List.copyOf(more);
    }
  }

  /** Leaves the slot, if it took one. */
  void leave(LiveTask<?> task) {
    int place = task.place;
    if (place == 0) {
      return;
    }
    int size = Integer.highestOneBit(place);
    tables.get(Integer.numberOfTrailingZeros(size) - FIRST_BIT).set(place - size, null);
  }

  /**
   * Whether it is true of any, asked until it is. Each task that stands here all the while is
   * asked; those that come or leave meanwhile, perhaps.
   */
  boolean any(Predicate<? super LiveTask<?>> which) {
    for (AtomicReferenceArray<@Nullable LiveTask<?>> table : tables) {
      for (int slot = 0; slot < table.length(); slot++) {
        LiveTask<?> task = table.get(slot);
        if (task != null && which.test(task)) {
          return true;
        }
      }
    }
    return false;
  }
}
