package dev.weir.tasks.conformance;

import dev.weir.testkit.Await;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** One executor, opened for each test and ended after it. */
@Timeout(60)
abstract class Conformance {

  static final long PATIENCE = 20;

  final ExecutorService executor;
  final CountDownLatch hold = new CountDownLatch(1);
  private final Kind.Subject subject;

  Conformance(Kind kind) {
    this.subject = kind.open();
    this.executor = subject.executor();
  }

  @AfterEach
  void close() {
    hold.countDown();
    subject.close();
  }

  static void until(String what, BooleanSupplier condition) {
    Await.until(Duration.ofSeconds(PATIENCE), what, condition);
  }

  static void arrive(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(PATIENCE, TimeUnit.SECONDS)) {
      throw new AssertionError("Nobody counted down in " + PATIENCE + " s");
    }
  }

  static <T extends @Nullable Object> T get(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(PATIENCE, TimeUnit.SECONDS);
  }

  void ends() throws InterruptedException {
    if (!executor.awaitTermination(PATIENCE, TimeUnit.SECONDS)) {
      throw new AssertionError("The executor did not end in " + PATIENCE + " s");
    }
  }

  /** A task that runs until it is interrupted or the test is over. */
  final class Blocker implements Callable<String> {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public String call() throws InterruptedException {
      begun.countDown();
      try {
        hold.await();
        return "held";
      } catch (InterruptedException interrupt) {
        interrupted.countDown();
        throw interrupt;
      }
    }
  }

  static Callable<String> value(String value) {
    return () -> value;
  }

  Blocker blocker() {
    return new Blocker();
  }

  /** A blocker that runs. */
  Blocker occupy() throws InterruptedException {
    Blocker blocker = blocker();
    var _ = executor.submit(blocker);
    arrive(blocker.begun);
    return blocker;
  }

  /** What {@code call} throws on a thread that is interrupted while it waits in there. */
  @Nullable Throwable thrownWhenInterrupted(Callable<?> call, CountDownLatch inside)
      throws InterruptedException {
    var thrown = new AtomicReference<@Nullable Throwable>();
    Thread waiter =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    var _ = call.call();
                  } catch (Throwable any) {
                    thrown.set(any);
                  }
                });
    arrive(inside);
    waiter.interrupt();
    waiter.join();
    return thrown.get();
  }
}
