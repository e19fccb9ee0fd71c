package dev.weir.pool;

import java.util.concurrent.CountDownLatch;

/** Sessions that do nothing but hold their connections, each on a thread of its own. */
public final class Held implements AutoCloseable {

  private final CountDownLatch leave = new CountDownLatch(1);
  private final Thread[] holders;

  private Held(Pools pools, Access access, int sessions) throws InterruptedException {
    var inside = new CountDownLatch(sessions);
    holders = new Thread[sessions];
    for (int i = 0; i < sessions; i++) {
      holders[i] =
          Thread.ofVirtual()
              .start(
                  () ->
                      pools
                          .manager()
                          .useSession(
                              access,
                              _ -> {
                                inside.countDown();
                                awaitQuietly(leave);
                              }));
    }
    inside.await();
  }

  /** Returns when all of them have begun. */
  public static Held sessions(Pools pools, int sessions) throws InterruptedException {
    return sessions(pools, Access.readWrite(), sessions);
  }

  /** As the other, as {@code access} wants them. */
  public static Held sessions(Pools pools, Access access, int sessions)
      throws InterruptedException {
    return new Held(pools, access, sessions);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupt) {
      throw new AssertionError(interrupt);
    }
  }

  /** Lets them end. */
  public void letGo() {
    leave.countDown();
  }

  /** Lets them end, and returns when they have. */
  @Override
  public void close() {
    letGo();
    try {
      for (Thread holder : holders) {
        holder.join();
      }
    } catch (InterruptedException interrupt) {
      throw new AssertionError(interrupt);
    }
  }
}
