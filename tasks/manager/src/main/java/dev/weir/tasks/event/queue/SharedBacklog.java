package dev.weir.tasks.event.queue;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One queue: first come, first handled. In order as long as one thread drains it. */
public final class SharedBacklog implements Backlog {

  private final Ring ring;
  private final Sleepers sleepers;

  /**
   * An empty one.
   *
   * @param capacity items that may wait, 1 or more
   * @param sleepers who waits for items
   */
  public SharedBacklog(int capacity, Sleepers sleepers) {
    this.ring = new Ring(capacity);
    this.sleepers = sleepers;
  }

  @Override
  public boolean offer(Object item) {
    long position = ring.offer(item);
    if (position == Ring.FULL) {
      return false;
    }
    if (sleepers.any() && ring.isFirst(position)) {
      sleepers.wakeOne(); // else whoever put in the first one does
    }
    return true;
  }

  @Override
  public boolean drain(Hand hand, Consumer<Object> handler) {
    int count = ring.poll(hand);
    hand.handle(count, handler);
    return count > 0;
  }

  @Override
  public @Nullable Object takeOldest(@Nullable Object beside) {
    return ring.poll();
  }

  @Override
  public boolean isEmpty() {
    return ring.isEmpty();
  }

  @Override
  public int size() {
    return ring.size();
  }

  @Override
  public int capacity() {
    return ring.capacity();
  }
}
