package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Trial;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Trials that leave the others alone if they fail, or do not come to their end. */
final class Spared {

  private Spared() {}

  /**
   * One rival alone. If it fails or takes longer than the limit, that is told, its thread is
   * interrupted, and all its figures are missing.
   */
  static Trial trial(String variant, String rival, Duration limit, Trial.Single measurement) {
    return Trial.of(variant, rival, () -> figures(rival, limit, measurement));
  }

  private static Figures figures(String rival, Duration limit, Trial.Single measurement)
      throws InterruptedException {
    var running = new FutureTask<Figures>(measurement::run);
    Thread.ofVirtual().start(running);
    try {
      return running.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      tell(rival, "had not come to its end after " + limit);
    } catch (ExecutionException failure) {
      tell(rival, "failed: " + failure.getCause());
    } finally {
      running.cancel(true);
    }
    return Figures.none();
  }

  /** Says what did not happen, beside the table that shows a dash for it. */
  static void tell(String rival, String what) {
    System.out.println("    " + rival + " " + what);
  }
}
