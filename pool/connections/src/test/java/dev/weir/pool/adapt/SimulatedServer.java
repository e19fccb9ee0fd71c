package dev.weir.pool.adapt;

import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * A gate before a server whose calls a second depend on how many are under way, in fluid and with
 * noise: what ends in a look is Poisson, and the whole machine is faster or slower for seconds, as
 * one is that others use too. For one thread.
 */
final class SimulatedServer {

  static final double LOOK = 0.05;

  private static final double SLUGGISH = 0.95;
  private static final double SWAY = 0.1;

  private final Random chance;
  private IntToDoubleFunction curve;

  /** Callers a second who come and go again; 0 if the same callers ask again and again. */
  private double arrivals;

  private double nanos;
  private double busy;
  private long answered;
  private int present;
  private int inUse;
  private double sway;
  private int epoch;

  SimulatedServer(IntToDoubleFunction curve, long seed) {
    this.curve = curve;
    this.chance = new Random(seed);
  }

  /** So many callers who ask again and again. */
  SimulatedServer closed(int callers) {
    present = callers;
    return this;
  }

  /** So many callers a second. */
  SimulatedServer open(double perSecond) {
    arrivals = perSecond;
    return this;
  }

  void becomes(IntToDoubleFunction other) {
    curve = other;
  }

  void losesConnections() {
    epoch++;
  }

  /** Time goes on under this limit; callers who have waited for two seconds go. */
  Reading look(int limit) {
    nanos += 1e9 * LOOK;
    sway = SLUGGISH * sway + SWAY * Math.sqrt(1 - SLUGGISH * SLUGGISH) * chance.nextGaussian();
    inUse = Math.min(limit, present);
    double due = curve.applyAsDouble(inUse) * Math.exp(sway) * LOOK;
    int ended = poisson(due);
    answered += ended;
    busy += inUse * 1e9 * LOOK;
    if (arrivals > 0) {
      int patient = inUse + (int) (2 * arrivals);
      present = Math.min(patient, Math.max(0, present - ended) + poisson(arrivals * LOOK));
    }
    inUse = Math.min(limit, present);
    int queued = present - inUse;
    return new Reading((long) nanos, answered, (long) busy, inUse, queued, inUse >= limit, epoch);
  }

  int inUse() {
    return inUse;
  }

  /** What it does with so many under way, without noise. */
  double rate(int callers) {
    return curve.applyAsDouble(callers);
  }

  private int poisson(double mean) {
    if (mean > 50) {
      return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * chance.nextGaussian()));
    }
    double end = Math.exp(-mean);
    int count = -1;
    for (double product = 1; product > end; product *= chance.nextDouble()) {
      count++;
    }
    return Math.max(0, count);
  }
}
