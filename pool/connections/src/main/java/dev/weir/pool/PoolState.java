package dev.weir.pool;

/** How the pool is doing. */
public enum PoolState {
  /** It has just been opened and has fewer sockets than it is meant to keep. */
  STARTING,
  /** Callers are admitted at once. */
  HEALTHY,
  /** It works, but sockets that it needs cannot be opened. */
  DEGRADED,
  /** It works, but its server is a standby, so that every write is refused (SQLSTATE 25006). */
  READ_ONLY,
  /** No permit is free but those kept for a lane, and nobody waits yet. */
  STRESSED,
  /** Callers wait for a permit. */
  EXHAUSTED,
  /** After it had no socket left, it has fewer than callers want. */
  RECOVERING,
  /** No new session is admitted; those under way may end. */
  DRAINING,
  /** Closed for good. */
  CLOSED
}
