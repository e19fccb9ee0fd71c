package dev.weir.pool;

/** How the pool is doing, from best to worst. */
public enum PoolState {
  /** Callers are admitted at once. */
  HEALTHY,
  /** No permit is free but those kept for a lane, and nobody waits yet. */
  STRESSED,
  /** Callers wait for a permit. */
  EXHAUSTED,
  /** No new session is admitted; those under way may end. */
  DRAINING,
  /** Closed for good. */
  CLOSED
}
