package dev.weir.pool;

import dev.weir.gate.Lane;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is owed when a borrow ends: the socket, the permit, and for one borrow in 64 the time it was
 * held.
 *
 * @param pool where the socket came from
 * @param lane where the permit came from
 * @param listener who is told how long it was held
 * @param start when it began, 0 if this one is not timed
 */
record Lease(PhysicalPool pool, Lane lane, PoolListener listener, long start) {

  private static final int SAMPLED = 64;

  static Lease of(PhysicalPool pool, Lane lane, PoolListener listener) {
    boolean timed = ThreadLocalRandom.current().nextInt(SAMPLED) == 0;
    return new Lease(pool, lane, listener, timed ? System.nanoTime() | 1 : 0);
  }

  void end() {
    lane.release();
    if (start != 0) {
      listener.used(lane.name(), System.nanoTime() - start);
    }
  }

  @Override
  public String toString() {
    return "lane '" + lane.name() + "'";
  }
}
