package dev.weir.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Does the same many times, some at once: for what mostly waits. */
public final class Crew {

  private static final int MEMBERS = 4;

  private Crew() {}

  /** One of the times. */
  @FunctionalInterface
  public interface Work {
    void run(int number) throws Exception;
  }

  /** Returns when it was done so many times, or throws the first failure. */
  public static void repeat(int times, Work work) throws Exception {
    var next = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(MEMBERS)) {
      List<Future<?>> members = new ArrayList<>();
      for (int i = 0; i < MEMBERS; i++) {
        members.add(
            threads.submit(
                () -> {
                  for (int n = next.getAndIncrement(); n < times; n = next.getAndIncrement()) {
                    work.run(n);
                  }
                  return true;
                }));
      }
      for (Future<?> member : members) {
        member.get();
      }
    }
  }
}
