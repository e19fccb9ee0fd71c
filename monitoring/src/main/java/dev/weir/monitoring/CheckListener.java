package dev.weir.monitoring;

import java.time.Duration;

/**
 * Is told of the end of each check, at once and on the check's own thread; of different monitors at
 * the same time. Must be quick, and safe for use by many threads; what it throws is logged.
 */
@FunctionalInterface
public interface CheckListener {

  /**
   * A check has ended.
   *
   * @param monitor whose it was
   * @param finding of this check alone, before it settles
   * @param took from its start to its end
   */
  void checked(String monitor, Health finding, Duration took);
}
