package dev.weir.pool.socket;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of a pool, each in its slot, idle or claimed by somebody. Safe for use by many
 * threads, without a lock: a virtual thread that parked on one would come back behind all that are
 * ready to run.
 *
 * <p>The one that came back last is looked at first and then those of low slots, so that the
 * server's caches behind what is used are warm and what is not needed grows old.
 */
final class Slots {

  private final AtomicReferenceArray<@Nullable PhysicalConnection> slots;

  /** Where the last one came back; a hint, so it may be stale. */
  private int hint;

  Slots(int size) {
    slots = new AtomicReferenceArray<>(size);
  }

  /**
   * Takes in a connection that its adder has claimed.
   *
   * @throws IllegalStateException if there is no slot for it
   */
  void add(PhysicalConnection connection) {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.get(i) == null && slots.compareAndSet(i, null, connection)) {
        connection.slot(i);
        return;
      }
    }
    throw new IllegalStateException(
        "more sockets than the %d allowed: a bug of the pool".formatted(slots.length()));
  }

  /** Forgets a connection that the caller has claimed. */
  void remove(PhysicalConnection connection) {
    slots.compareAndSet(connection.slot(), connection, null);
  }

  /** Lets others claim it. */
  void free(PhysicalConnection connection) {
    connection.free();
    hint = connection.slot();
  }

  /**
   * Claims an idle one for a caller that has a permit, so that there is one. Prefers one that fits.
   * A look finds none only if others have just claimed what it saw, so one of them got on.
   */
  PhysicalConnection claim(ServerGuards guards) {
    PhysicalConnection claimed = null;
    while (claimed == null) {
      PhysicalConnection last = slots.get(hint);
      claimed = last != null && guards.areOn(last) && last.claim() ? last : claimAnywhere(guards);
    }
    return claimed;
  }

  private @Nullable PhysicalConnection claimAnywhere(ServerGuards guards) {
    PhysicalConnection unfit = null;
    for (int i = 0; i < slots.length(); i++) {
      PhysicalConnection one = slots.get(i);
      if (one == null || !one.isIdle()) {
        continue;
      }
      if (guards.areOn(one) && one.claim()) {
        return one;
      }
      unfit = unfit == null ? one : unfit;
    }
    return unfit != null && unfit.claim() ? unfit : null;
  }

  /** Whether the one in that slot is idle and of that kind at this moment. */
  boolean isIdle(int slot, Predicate<PhysicalConnection> kind) {
    PhysicalConnection one = slots.get(slot);
    return one != null && one.isIdle() && kind.test(one);
  }

  /** Claims the one in that slot if it is idle. */
  @Nullable PhysicalConnection claim(int slot) {
    PhysicalConnection one = slots.get(slot);
    return one != null && one.claim() ? one : null;
  }

  int length() {
    return slots.length();
  }

  /** The one in that slot, whoever uses it. */
  @Nullable PhysicalConnection at(int slot) {
    return slots.get(slot);
  }

  int count(Predicate<PhysicalConnection> kind) {
    int count = 0;
    for (int i = 0; i < slots.length(); i++) {
      PhysicalConnection one = slots.get(i);
      count += one != null && kind.test(one) ? 1 : 0;
    }
    return count;
  }
}
