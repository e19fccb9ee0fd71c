package dev.weir.benchmarks.load.measure;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;

/** When requests arrive that ask nobody whether they may: fixed before anything runs. */
public final class Arrivals {

  private Arrivals() {}

  /**
   * A Poisson process: gaps are independent, short ones the most frequent.
   *
   * @param perSecond how many arrive in the mean
   * @param length how long they go on
   * @param seed the same seed gives the same moments
   * @return nanoseconds from the start, ascending
   */
  public static long[] poisson(double perSecond, Duration length, long seed) {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("perSecond = " + perSecond + ": must be positive");
    }
    var random = new Random(seed);
    double mean = 1e9 / perSecond;
    LongStream.Builder moments = LongStream.builder();
    double at = gap(random, mean);
    while (at < length.toNanos()) {
      moments.add((long) at);
      at += gap(random, mean);
    }
    return moments.build().toArray();
  }

  private static double gap(Random random, double mean) {
    return -mean * Math.log(1 - random.nextDouble());
  }
}
