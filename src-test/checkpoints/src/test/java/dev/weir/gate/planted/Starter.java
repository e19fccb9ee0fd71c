package dev.weir.gate.planted;

import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Breaks one rule on purpose, in each method another way. Nothing calls it. */
final class Starter {
  private Starter() {}

  static final class OwnThread extends Thread {}

  static Thread thread() {
    return new Thread(() -> {});
  }

  static Thread namedThread() {
    return new Thread(() -> {}, "name");
  }

  static Thread threadInGroup() {
    return new Thread(null, () -> {}, "name", 0);
  }

  static Thread ownThread() {
    return new OwnThread();
  }

  static ThreadFactory referredThread() {
    return Thread::new;
  }

  static void started(Thread thread) {
    thread.start();
  }

  static Thread virtualThread() {
    return Thread.startVirtualThread(() -> {});
  }

  static Thread builtThread() {
    return Thread.ofPlatform().unstarted(() -> {});
  }

  static ExecutorService pool() {
    return new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
  }

  static ExecutorService scheduledPool() {
    return new ScheduledThreadPoolExecutor(1);
  }

  static ExecutorService forkJoinPool() {
    return new ForkJoinPool(1);
  }

  static ExecutorService madePool() {
    return Executors.newSingleThreadExecutor();
  }

  static Supplier<ExecutorService> referredPool() {
    return Executors::newCachedThreadPool;
  }

  static Timer timer() {
    return new Timer();
  }

  static CompletableFuture<Void> commonPool() {
    return CompletableFuture.runAsync(() -> {});
  }
}
