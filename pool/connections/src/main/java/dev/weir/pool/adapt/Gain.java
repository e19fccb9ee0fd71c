package dev.weir.pool.adapt;

import org.jspecify.annotations.Nullable;

/**
 * What is gained by more callers: the elasticity of throughput, that is, by how many percent the
 * calls a second grow for each percent more of them. It is 1 where nobody is in anybody's way and 0
 * where all wait for the same thing; what is missing to 1 is the elasticity of latency. Gathered
 * from pairs of neighbouring windows, so that what changes slowly, or for everybody, cancels out.
 * For one thread.
 */
final class Gain {

  /** Above this more callers are worth it; below, they wait inside the server for each other. */
  static final double WORTH = 0.12;

  private static final double UNDECIDED = 0.05;
  private static final int USUAL_PAIRS = 4;
  private static final double USUAL_SPREAD = 0.3;
  private static final double SURE = 1.3;
  private static final int FEWEST_PAIRS = 4;
  private static final int MANY_PAIRS = 12;

  private int pairs;
  private double sum;
  private double squares;

  /** What it says to do. */
  enum Verdict {
    MORE,
    FEWER,
    STAY
  }

  /**
   * One more pair.
   *
   * @param throughput logarithm of how many times more calls a second there were in the window with
   *     more callers
   * @param callers logarithm of how many times more callers, more than 0
   */
  void add(double throughput, double callers) {
    double one = Math.clamp(throughput / callers, -2, 3);
    pairs++;
    sum += one;
    squares += one * one;
  }

  double mean() {
    return pairs == 0 ? 0 : sum / pairs;
  }

  /** Standard error of the mean; a few pairs that happen to agree do not make it small. */
  private double error() {
    double spread = squares - sum * sum / pairs + USUAL_PAIRS * USUAL_SPREAD * USUAL_SPREAD;
    return Math.sqrt(Math.max(0, spread) / (pairs - 1 + USUAL_PAIRS) / pairs);
  }

  /**
   * Null if more pairs are needed to tell. One that says to stay may be asked again after further
   * pairs: it is surer then.
   */
  @Nullable Verdict verdict() {
    if (pairs < FEWEST_PAIRS) {
      return null;
    }
    double error = error();
    if (mean() - SURE * error > WORTH) {
      return Verdict.MORE;
    }
    if (mean() + SURE * error < WORTH) {
      return Verdict.FEWER;
    }
    return pairs % MANY_PAIRS == 0 ? last() : null;
  }

  /** Whether further pairs would hardly change what it says. */
  boolean isSure() {
    return pairs >= FEWEST_PAIRS && SURE * error() < UNDECIDED;
  }

  private Verdict last() {
    if (Math.abs(mean() - WORTH) < UNDECIDED) {
      return Verdict.STAY;
    }
    return mean() > WORTH ? Verdict.MORE : Verdict.FEWER;
  }
}
