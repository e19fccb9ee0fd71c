package dev.weir.monitoring.finding;

/** Looks at one thing. Never called by two threads at once. */
@FunctionalInterface
public interface Look extends AutoCloseable {

  /**
   * Looks.
   *
   * @return figures, and what is wrong
   * @throws Exception whatever goes wrong: the thing counts as down then
   */
  Findings look() throws Exception;

  /** Ends what it has begun; nothing, unless it says so. */
  @Override
  default void close() {}
}
