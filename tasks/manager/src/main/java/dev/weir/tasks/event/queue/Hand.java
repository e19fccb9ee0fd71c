package dev.weir.tasks.event.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one thread has taken from a backlog at once, and not begun yet. Used by that thread; any
 * thread may look.
 */
public final class Hand {

  private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(Object[].class);

  private final @Nullable Object[] items;

  /**
   * An empty one.
   *
   * @param size how many it takes at once, 1 or more
   */
  public Hand(int size) {
    this.items = new Object[size];
  }

  /** For a backlog of that capacity: a sixteenth of it, 32 at most. */
  public static int sizeFor(int capacity) {
    return Math.clamp(capacity / 16, 1, 32);
  }

  int size() {
    return items.length;
  }

  void put(int index, @Nullable Object item) {
    SLOTS.setRelease(items, index, item);
  }

  /** Empties it in order; each leaves it before it is handled. */
  void handle(int count, Consumer<Object> handler) {
    for (int i = 0; i < count; i++) {
      Object item = items[i];
      if (item != null) {
        put(i, null);
        handler.accept(item);
      }
    }
  }

  /** What it holds now. */
  public List<Object> items() {
    List<Object> found = new ArrayList<>();
    for (int i = 0; i < items.length; i++) {
      Object item = SLOTS.getAcquire(items, i);
      if (item != null) {
        found.add(item);
      }
    }
    return found;
  }
}
