package dev.weir.benchmarks.load.scenarios;

import java.time.Duration;

/** How thorough a run is. */
public enum Pass {
  /** For tests: whether it runs and gives figures, not which. */
  TINY,
  /** A few minutes for all scenarios. */
  SHORT,
  /** For figures that are quoted. */
  LONG;

  /** One of three numbers. */
  public int pick(int tiny, int quick, int thorough) {
    return switch (this) {
      case TINY -> tiny;
      case SHORT -> quick;
      case LONG -> thorough;
    };
  }

  /** One of three times, in milliseconds. */
  public Duration millis(int tiny, int quick, int thorough) {
    return Duration.ofMillis(pick(tiny, quick, thorough));
  }
}
