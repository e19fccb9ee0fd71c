package dev.weir.pool.socket;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which sockets are trusted without asking. All that were opened or asked since the last loss are
 * of the present epoch; a loss turns it, once for all sockets that it makes doubtful, whatever
 * their number. Safe for use by many threads.
 */
final class Epochs {

  private final AtomicInteger present = new AtomicInteger();

  int present() {
    return present.get();
  }

  boolean isDoubtful(PhysicalConnection connection) {
    return connection.stamps().epoch != present.get();
  }

  /** It has shown that it lives, or is new. */
  void trust(PhysicalConnection connection) {
    connection.stamps().epoch = present.get();
  }

  /**
   * It was lost.
   *
   * @return false if it was the first of its epoch, so that it may have been alone
   */
  boolean lost(PhysicalConnection connection) {
    int its = connection.stamps().epoch;
    return !present.compareAndSet(its, its + 1);
  }
}
