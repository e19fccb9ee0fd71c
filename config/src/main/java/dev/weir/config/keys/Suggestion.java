package dev.weir.config.keys;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Guesses which word a misspelt one was meant to be. Stateless. */
public final class Suggestion {
  private static final int FAR = 3;

  private Suggestion() {}

  /** The known word closest to this one, if a few letters make the one of the other. */
  public static Optional<String> closest(Stream<String> known, String word) {
    int bound = Math.clamp(word.length() / 4, 1, FAR);
    return known
        .filter(candidate -> Math.abs(candidate.length() - word.length()) <= bound)
        .sorted()
        .filter(candidate -> distance(candidate, word) <= bound)
        .min(Comparator.comparingInt(candidate -> distance(candidate, word)));
  }

  /** The end of a sentence: the guess, or what to say without one. */
  static String among(Stream<String> known, String word, String otherwise) {
    return closest(known, word).map("; did you mean %s?"::formatted).orElse(otherwise);
  }

  static String quoted(Stream<String> known, String word, String otherwise) {
    return closest(known, word).map("; did you mean \"%s\"?"::formatted).orElse(otherwise);
  }

  /** Letters added, dropped, replaced or swapped with their neighbour (Damerau-Levenshtein). */
  static int distance(String one, String other) {
    int[][] cost = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, one, other, i, j);
      }
    }
    return cost[one.length()][other.length()];
  }

  private static int step(int[][] cost, String one, String other, int i, int j) {
    boolean same = one.charAt(i - 1) == other.charAt(j - 1);
    int least = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
    least = Math.min(least, cost[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
