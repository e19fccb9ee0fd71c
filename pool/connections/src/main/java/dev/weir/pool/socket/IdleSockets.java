package dev.weir.pool.socket;

import dev.weir.gate.Gate;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sockets that nobody uses, each out of use for the time of a look at it. */
final class IdleSockets {

  private final Slots slots;
  private final Gate gate;
  private final BiConsumer<PhysicalConnection, Departure> remove;

  IdleSockets(Slots slots, Gate gate, BiConsumer<PhysicalConnection, Departure> remove) {
    this.slots = slots;
    this.gate = gate;
    this.remove = remove;
  }

  /**
   * Looks at each of that kind, and removes what has a reason to leave.
   *
   * @param reason null for one that stays
   */
  void look(
      Predicate<PhysicalConnection> kind,
      Function<PhysicalConnection, @Nullable Departure> reason) {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.isIdle(i, kind) && gate.tryTakeSupply()) {
        look(slots.claim(i), reason);
      }
    }
  }

  /** Removes all of that kind. */
  void remove(Predicate<PhysicalConnection> kind, Departure why) {
    look(kind, one -> kind.test(one) ? why : null);
  }

  private void look(
      @Nullable PhysicalConnection claimed,
      Function<PhysicalConnection, @Nullable Departure> reason) {
    if (claimed == null) {
      gate.addSupply();
      return;
    }
    Departure why = reason.apply(claimed);
    if (why == null) {
      slots.free(claimed);
      gate.addSupply();
    } else {
      remove.accept(claimed, why);
    }
  }
}
