package dev.weir.tasks.event.queue;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Items of one key are handled in order and never two at once, those of different keys at the same
 * time. Keys are spread over 64 lanes by their hash; a lane is drained by one thread at a time, so
 * a slow key holds up the keys of its own lane and no others.
 */
public final class KeyedBacklog implements Backlog {

  private static final int LANES = 64;

  /** After so many items a lane goes behind the others that are ready. */
  private static final int TURN = 16;

  private final int capacity;
  private final Sleepers sleepers;
  private final Function<Object, @Nullable Object> key;
  private final Lane[] lanes = new Lane[LANES];
  private final Queue<Lane> ready = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  private static final class Lane {
    final Queue<Object> items = new ConcurrentLinkedQueue<>();

    /** Whether it stands among the ready ones or is being drained. */
    final AtomicBoolean busy = new AtomicBoolean();
  }

  /**
   * An empty one.
   *
   * @param capacity items that may wait in all, 1 or more
   * @param sleepers who waits for items
   * @param key what items have in common that must stay in order; null is a key like any other
   */
  public KeyedBacklog(int capacity, Sleepers sleepers, Function<Object, @Nullable Object> key) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity = " + capacity + " must be at least 1");
    }
    this.capacity = capacity;
    this.sleepers = sleepers;
    this.key = key;
    for (int i = 0; i < LANES; i++) {
      lanes[i] = new Lane();
    }
  }

  @Override
  public boolean offer(Object item) {
    Lane lane = laneOf(item);
    int before;
    do {
      before = size.get();
      if (before >= capacity) {
        return false;
      }
    } while (!size.compareAndSet(before, before + 1));
    lane.items.add(item);
    ready(lane);
    return true;
  }

  private void ready(Lane lane) {
    if (!lane.busy.get() && lane.busy.compareAndSet(false, true)) {
      ready.add(lane);
      if (sleepers.any()) {
        sleepers.wakeOne();
      }
    }
  }

  @Override
  public boolean drain(Hand hand, Consumer<Object> handler) {
    Lane lane = ready.poll();
    if (lane == null) {
      return false;
    }
    try {
      Object item;
      for (int i = 0; i < TURN && (item = poll(lane)) != null; i++) {
        handler.accept(item);
      }
    } finally {
      lane.busy.set(false);
      if (!lane.items.isEmpty()) {
        ready(lane);
      }
    }
    return true;
  }

  private @Nullable Object poll(Lane lane) {
    Object item = lane.items.poll();
    if (item != null) {
      size.decrementAndGet();
    }
    return item;
  }

  /** The oldest of its own lane, or if nothing waits there, of some other. */
  @Override
  public @Nullable Object takeOldest(@Nullable Object beside) {
    Object oldest = beside == null ? null : poll(laneOf(beside));
    for (int i = 0; oldest == null && i < LANES; i++) {
      oldest = poll(lanes[i]);
    }
    return oldest;
  }

  private Lane laneOf(Object item) {
    Object found = key.apply(item);
    int hash = found == null ? 0 : found.hashCode() * 0x9E3779B9; // Fibonacci hashing
    return lanes[hash >>> 26];
  }

  @Override
  public boolean isEmpty() {
    return ready.isEmpty();
  }

  @Override
  public int size() {
    return size.get();
  }

  @Override
  public int capacity() {
    return capacity;
  }
}
