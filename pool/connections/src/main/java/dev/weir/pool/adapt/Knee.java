package dev.weir.pool.adapt;

import dev.weir.pool.adapt.LoadHistory.Second;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Where more callers stop being worth it, told from what was seen without trying anything: to
 * report, not to steer by.
 */
final class Knee {

  private static final int FEWEST_SECONDS = 30;
  private static final double WIDE = 2;

  private Knee() {}

  /**
   * By Little's law: the calls that are under way when as many end as ever did, each in the time it
   * takes when nobody is in its way. 0 if nothing is known.
   */
  static double little(LoadHistory history) {
    return history.highRate() * history.shortLatency();
  }

  /**
   * By the Universal Scalability Law (Gunther), X(n) = a n / (1 + s (n - 1) + k n (n - 1)), fitted
   * by least squares to what was seen of n and X: the n with the most calls a second. Empty if the
   * load was too even to tell, or if more callers have always meant more calls.
   */
  static OptionalDouble scalability(LoadHistory history) {
    List<Second> seen =
        history
            .latest(LoadHistory.SECONDS)
            .filter(one -> one.latency() > 0 && one.concurrency() >= 1)
            .toList();
    double least = seen.stream().mapToDouble(Second::concurrency).min().orElse(0);
    double most = seen.stream().mapToDouble(Second::concurrency).max().orElse(0);
    if (seen.size() < FEWEST_SECONDS || most < WIDE * least) {
      return OptionalDouble.empty();
    }
    double[] fit = fitted(seen);
    double peak = (fit[0] - fit[1]) / fit[2];
    return fit[2] > 0 && peak > 1 ? OptionalDouble.of(Math.sqrt(peak)) : OptionalDouble.empty();
  }

  /** n / X = p + q (n - 1) + r n (n - 1) is linear in p, q, r; here by the normal equations. */
  private static double[] fitted(List<Second> seen) {
    var matrix = new double[3][4];
    for (Second one : seen) {
      double n = one.concurrency();
      double[] term = {1, n - 1, n * (n - 1)};
      double value = n / one.rate();
      double weight = 1 / (value * value); // errors of X are of its size
      for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 3; column++) {
          matrix[row][column] += weight * term[row] * term[column];
        }
        matrix[row][3] += weight * term[row] * value;
      }
    }
    return solved(matrix);
  }

  /** Cramer's rule; all NaN if there is no one answer. */
  private static double[] solved(double[][] matrix) {
    double whole = determinant(matrix, 0, 1, 2);
    return new double[] {
      determinant(matrix, 3, 1, 2) / whole,
      determinant(matrix, 0, 3, 2) / whole,
      determinant(matrix, 0, 1, 3) / whole
    };
  }

  private static double determinant(double[][] m, int a, int b, int c) {
    return m[0][a] * (m[1][b] * m[2][c] - m[1][c] * m[2][b])
        - m[0][b] * (m[1][a] * m[2][c] - m[1][c] * m[2][a])
        + m[0][c] * (m[1][a] * m[2][b] - m[1][b] * m[2][a]);
  }
}
