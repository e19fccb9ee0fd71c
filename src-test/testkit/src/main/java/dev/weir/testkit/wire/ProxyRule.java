package dev.weir.testkit.wire;

import java.time.Duration;

/**
 * A rule that stands in a proxy until it is lifted, the proxy is closed or, if it cuts, until it
 * has cut one connection. Safe for any thread.
 */
public interface ProxyRule {
  /**
   * How often it has applied: connections cut, which are counted after the cut, or messages delayed
   * or counted, which are counted before they go on.
   *
   * @throws IllegalStateException if a condition of its pattern threw (the cause): it is lifted
   *     then
   */
  long times();

  /**
   * Waits until it has applied at least once.
   *
   * @param patience how long to wait at most
   * @throws AssertionError if it does not in that time, or is over without having applied, or the
   *     thread is interrupted (which stays so); names the rule and connections that cannot be read
   * @throws IllegalStateException if a condition of its pattern threw (the cause)
   */
  void await(Duration patience);

  /** Takes it back; what it has done stays done. Again and again is harmless. */
  void lift();
}
