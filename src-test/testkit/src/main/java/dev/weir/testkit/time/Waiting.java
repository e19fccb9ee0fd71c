package dev.weir.testkit.time;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The loop behind every bounded wait for a condition of the real world. */
public final class Waiting {
  private static final long FIRST_PAUSE_NANOS = 200_000;
  private static final long LONGEST_PAUSE_NANOS = 10_000_000;

  private Waiting() {}

  public static void until(
      Duration patience, Supplier<String> description, BooleanSupplier condition) {
    long start = System.nanoTime();
    long pause = FIRST_PAUSE_NANOS;
    for (int checks = 1; ; checks++) {
      var check = Check.of(condition);
      if (check.holds) {
        return;
      }
      if (System.nanoTime() - start >= patience.toNanos()
          || Thread.currentThread().isInterrupted()) {
        throw failure(
            Duration.ofNanos(System.nanoTime() - start), description.get(), checks, check);
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(LONGEST_PAUSE_NANOS, pause * 2);
    }
  }

  private static AssertionError failure(
      Duration waited, String description, int checks, Check last) {
    String how = Thread.currentThread().isInterrupted() ? ", was interrupted" : "";
    String state = last.thrown == null ? "was false" : "threw " + last.thrown;
    return new AssertionError(
        "Waited %d ms for %s%s; the last of %d checks %s"
            .formatted(waited.toMillis(), description, how, checks, state),
        last.thrown);
  }

  private record Check(boolean holds, @Nullable Throwable thrown) {
    static Check of(BooleanSupplier condition) {
      try {
        return new Check(condition.getAsBoolean(), null);
      } catch (RuntimeException | AssertionError e) {
        return new Check(false, e);
      }
    }
  }
}
