package dev.weir.tasks;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The platform threads of the bulkhead "cpu": one for each task that runs there, kept for the next
 * for a while. On a virtual thread a task that computes would keep a carrier from all others; here
 * the operating system divides the time.
 */
final class CpuThreads {

  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE, // bounded by the permits
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform()
              .daemon()
              .name("weir-cpu-", 1)
              .inheritInheritableThreadLocals(false)
              .factory());

  void start(LiveTask<?> task, String name) {
    threads.execute(() -> run(task, name));
  }

  private static void run(LiveTask<?> task, String name) {
    Thread self = Thread.currentThread();
    String own = self.getName();
    self.setName(name);
    try {
      task.run();
    } finally {
      self.setName(own);
    }
  }

  void close() {
    threads.shutdown();
  }
}
