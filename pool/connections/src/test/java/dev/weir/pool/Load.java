package dev.weir.pool;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Many callers who do the same again and again, each session tried once, until they are ended. */
final class Load implements AutoCloseable {

  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicLong firstAfter = new AtomicLong(Long.MAX_VALUE);
  private final List<Thread> callers = new ArrayList<>();
  private volatile long marked = Long.MAX_VALUE;
  private volatile boolean ended;

  private Load(Pools pools, Access access, int callers, VoidWork<SQLException> work) {
    for (int i = 0; i < callers; i++) {
      this.callers.add(Thread.ofVirtual().start(() -> repeat(pools, access, work)));
    }
  }

  static Load begin(Pools pools, int callers, VoidWork<SQLException> work) {
    return begin(pools, Access.readWrite(), callers, work);
  }

  static Load begin(Pools pools, Access access, int callers, VoidWork<SQLException> work) {
    return new Load(pools, access, callers, work);
  }

  private void repeat(Pools pools, Access access, VoidWork<SQLException> work) {
    while (!ended) {
      try {
        pools
            .manager()
            .useSession(
                access,
                connection -> {
                  inside.incrementAndGet();
                  try {
                    work.use(connection);
                  } finally {
                    inside.decrementAndGet();
                  }
                });
        done.incrementAndGet();
        long now = System.nanoTime();
        if (now - marked > 0) {
          firstAfter.accumulateAndGet(now, Math::min);
        }
      } catch (SQLException | RuntimeException failure) {
        failures.add(failure);
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** From now on the first success is of interest. */
  void mark() {
    firstAfter.set(Long.MAX_VALUE);
    marked = System.nanoTime();
  }

  /** When the first session after the mark had ended well; as late as can be if none has. */
  long firstAfterMark() {
    return firstAfter.get();
  }

  int done() {
    return done.get();
  }

  int inside() {
    return inside.get();
  }

  Queue<Throwable> failures() {
    return failures;
  }

  @Override
  public void close() {
    ended = true;
    for (Thread caller : callers) {
      try {
        caller.join();
      } catch (InterruptedException interrupt) {
        throw new AssertionError(interrupt);
      }
    }
  }
}
