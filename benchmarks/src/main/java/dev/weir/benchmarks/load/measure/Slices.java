package dev.weir.benchmarks.load.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * Two ways to do the same, in many short alternating slices on one thread, so that whatever else
 * happens to the machine happens to both.
 */
public final class Slices {

  private final Plan plan;
  private final List<Callable<?>> both;
  private final List<List<Double>> nanos = List.of(new ArrayList<>(), new ArrayList<>());
  private final List<Double> ratios = new ArrayList<>();
  private final List<Double> cpuRatios = new ArrayList<>();
  private final Usage[] used = {Usage.NONE, Usage.NONE};

  /**
   * How it runs.
   *
   * @param threads what kind of thread runs both
   * @param pairs how many slices of each are counted
   * @param warmUp how many are not
   * @param operations in each slice
   */
  public record Plan(ThreadFactory threads, int pairs, int warmUp, int operations) {}

  /**
   * What one of the two did.
   *
   * @param nanos for each operation, the median of the slices
   * @param ratio of the time of its slice to that of the first one's slice beside it, the median
   * @param cpuMicros processor time of the Java threads for each operation
   * @param cpuRatio of the processor time of its slice to that of the first one's, the median
   * @param bytes allocated by this JVM for each operation
   */
  public record Outcome(
      double nanos, double ratio, double cpuMicros, double cpuRatio, double bytes) {}

  /** Not run yet; the first one is what the second is compared with. */
  public Slices(Plan plan, Callable<?> first, Callable<?> second) {
    this.plan = plan;
    this.both = List.of(first, second);
  }

  /** Runs it to its end and gives the outcome of the first and of the second. */
  public List<Outcome> run() throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor(plan.threads())) {
      thread.submit(this::slices).get();
    }
    return List.of(
        outcome(0, 1, 1), outcome(1, Statistics.median(ratios), Statistics.median(cpuRatios)));
  }

  private Boolean slices() throws Exception {
    for (int pair = -plan.warmUp(); pair < plan.pairs(); pair++) {
      int first = Math.floorMod(pair, 2);
      Usage[] slice = new Usage[2];
      slice[first] = slice(both.get(first));
      slice[1 - first] = slice(both.get(1 - first));
      if (pair >= 0) {
        note(slice);
      }
    }
    return true;
  }

  private Usage slice(Callable<?> one) throws Exception {
    Usage before = Usage.ofThreads();
    long start = System.nanoTime();
    for (int i = 0; i < plan.operations(); i++) {
      one.call();
    }
    long nanos = System.nanoTime() - start;
    Usage used = Usage.ofThreads().since(before);
    return new Usage(nanos, used.cpuNanos(), used.bytes());
  }

  private void note(Usage[] slice) {
    for (int which = 0; which < 2; which++) {
      nanos.get(which).add((double) slice[which].wallNanos() / plan.operations());
      used[which] = used[which].plus(slice[which]);
    }
    ratios.add((double) slice[1].wallNanos() / slice[0].wallNanos());
    cpuRatios.add((double) slice[1].cpuNanos() / Math.max(1, slice[0].cpuNanos()));
  }

  private Outcome outcome(int which, double ratio, double cpuRatio) {
    double operations = (double) plan.pairs() * plan.operations();
    return new Outcome(
        Statistics.median(nanos.get(which)),
        ratio,
        used[which].cpuMicros() / operations,
        cpuRatio,
        used[which].bytes() / operations);
  }
}
