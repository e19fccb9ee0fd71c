package dev.weir.testkit;

import org.junit.jupiter.api.Assumptions;

/** The only class that knows how JUnit is told to skip, so that nobody else needs JUnit. */
final class Skipped {

  private Skipped() {}

  /** What to throw. */
  static RuntimeException because(String reason) {
    return Assumptions.abort(reason);
  }
}
