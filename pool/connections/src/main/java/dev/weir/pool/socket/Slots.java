package dev.weir.pool.socket;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of a pool, each in its slot, idle or claimed by somebody. Safe for use by many
 * threads. To claim one takes no lock: a virtual thread that parked on one would come back behind
 * all that are ready to run.
 *
 * <p>The one that came back last is looked at first and then those of low slots, so that the
 * server's caches behind what is used are warm and what is not needed grows old.
 */
final class Slots {

  /** Looks one after the other: more than callers who take each other's sockets away ever need. */
  private static final int QUICK_LOOKS = 1_000;

  private static final int SLOW_LOOKS = 1_000;
  private static final long LOOK_NANOS = 1_000_000;

  /**
   * Replaced by a longer one when the pool grows. Those that were read before that are out of date
   * but do no harm: whatever has left its slot since is claimed for good.
   */
  private volatile AtomicReferenceArray<@Nullable PhysicalConnection> slots;

  private volatile boolean closed;

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
  synchronized void add(PhysicalConnection connection) {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.get(i) == null && slots.compareAndSet(i, null, connection)) {
        connection.slot(i);
        return;
      }
    }
    throw new IllegalStateException(
        "more sockets than the %d allowed: a bug of the pool".formatted(slots.length()));
  }

  /** From now on there are so many at least. */
  synchronized void grow(int size) {
    if (size <= slots.length()) {
      return;
    }
    var longer = new AtomicReferenceArray<@Nullable PhysicalConnection>(size);
    for (int i = 0; i < slots.length(); i++) {
      longer.set(i, slots.get(i));
    }
    slots = longer;
  }

  /** Forgets a connection that the caller has claimed. */
  synchronized void remove(PhysicalConnection connection) {
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
   *
   * @throws SQLException if there is none all the same, after a second of looking
   */
  PhysicalConnection claim(ServerGuards guards) throws SQLException {
    for (int looks = 0; looks < QUICK_LOOKS + SLOW_LOOKS; looks++) {
      AtomicReferenceArray<@Nullable PhysicalConnection> slots = this.slots;
      int warm = hint;
      PhysicalConnection last = warm < slots.length() ? slots.get(warm) : null;
      PhysicalConnection claimed =
          last != null && guards.areOn(last) && last.claim() ? last : claimAnywhere(guards);
      if (claimed != null) {
        return claimed;
      }
      if (closed) {
        throw new SQLException("The pool was closed before its caller got a socket.", "08003");
      }
      if (looks >= QUICK_LOOKS) {
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
    }
    throw new ConnectTrouble.Known(
        ConnectTrouble.MISCOUNTED,
        "the gate let a caller in, but none of the %d sockets of %d places was idle: a fault of Weir. The permit was given back; please report it."
            .formatted(count(_ -> true), slots.length()),
        "");
  }

  private @Nullable PhysicalConnection claimAnywhere(ServerGuards guards) {
    AtomicReferenceArray<@Nullable PhysicalConnection> slots = this.slots;
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

  /** There will be none to claim any more: said before they are taken away. */
  void close() {
    closed = true;
  }

  /**
   * Ends all, those in use too: a socket that is cut under a statement would leave it running on
   * the server.
   */
  void endAll() {
    List<PhysicalConnection> borrowed = borrowed();
    borrowed.forEach(PhysicalConnection::askToEnd);
    borrowed.forEach(PhysicalConnection::endOthers);
    for (int i = 0; i < length(); i++) {
      PhysicalConnection idle = claim(i);
      PhysicalConnection any = at(i);
      if (idle != null) {
        remove(idle);
        idle.quit();
      } else if (any != null) {
        any.abort();
      }
    }
  }

  int length() {
    return slots.length();
  }

  /** The one in that slot, whoever uses it. */
  @Nullable PhysicalConnection at(int slot) {
    return slots.get(slot);
  }

  /** Those that somebody has borrowed. */
  List<PhysicalConnection> borrowed() {
    AtomicReferenceArray<@Nullable PhysicalConnection> slots = this.slots;
    List<PhysicalConnection> borrowed = new ArrayList<>();
    for (int i = 0; i < slots.length(); i++) {
      PhysicalConnection one = slots.get(i);
      if (one != null && one.borrower() != null) {
        borrowed.add(one);
      }
    }
    return borrowed;
  }

  int count(Predicate<PhysicalConnection> kind) {
    var count = new AtomicInteger();
    forEach(one -> count.addAndGet(kind.test(one) ? 1 : 0));
    return count.get();
  }

  /** All that there are, whoever uses them. */
  void forEach(Consumer<PhysicalConnection> look) {
    AtomicReferenceArray<@Nullable PhysicalConnection> slots = this.slots;
    for (int i = 0; i < slots.length(); i++) {
      PhysicalConnection one = slots.get(i);
      if (one != null) {
        look.accept(one);
      }
    }
  }
}
