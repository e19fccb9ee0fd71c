package dev.weir.tasks.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of the events of one class: who is given them now, and the last ones. It knows no bus, so
 * that the class, which keeps it, does not keep the bus.
 */
final class Route {

  private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(Object[].class);

  final Class<?> type;
  volatile Roster roster;
  private final int remembered;
  private final @Nullable Object[] last;

  /**
   * A way.
   *
   * @param remembered how many events, 0 or more
   */
  Route(Class<?> type, Roster roster, int remembered) {
    this.type = type;
    this.roster = roster;
    this.remembered = remembered;
    this.last = new Object[remembered == 0 ? 0 : Integer.highestOneBit(2 * remembered - 1)];
  }

  void remember(Object event, long number) {
    if (last.length > 0) {
      SLOTS.setRelease(last, (int) number & last.length - 1, event);
    }
  }

  /** The last events before that number, oldest first. */
  List<Object> history(long number) {
    List<Object> found = new ArrayList<>(remembered);
    for (long i = Math.max(0, number - remembered); i < number; i++) {
      Object event = SLOTS.getAcquire(last, (int) i & last.length - 1);
      if (event != null) {
        found.add(event);
      }
    }
    return found;
  }

  void forget() {
    for (int i = 0; i < last.length; i++) {
      SLOTS.setRelease(last, i, null);
    }
  }
}
