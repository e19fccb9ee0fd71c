package dev.weir.pool.session;

import org.jspecify.annotations.Nullable;

/**
 * How a transaction begins.
 *
 * @param readOnly whether the server refuses writes
 * @param isolation in SQL's words, or null for what the connection does by itself
 * @param identified whether its id must be known before COMMIT is sent
 */
public record Opening(boolean readOnly, @Nullable String isolation, boolean identified) {

  /** When the server began to count anew: another value after each crash, the same after a stop. */
  static final String ERA =
      "(SELECT coalesce(extract(epoch FROM stats_reset)::text, '') FROM pg_stat_bgwriter)";

  /** The server is asked for its process, too: a pooler tells of one that is not there. */
  static final String IDENTIFY = "SELECT pg_current_xact_id()::text, pg_backend_pid(), " + ERA;

  /** What is said at the beginning, in one round trip with BEGIN; empty if BEGIN is enough. */
  String sql() {
    String level = isolation == null ? "" : "SET TRANSACTION ISOLATION LEVEL " + isolation + ";";
    return identifies() ? level + IDENTIFY : level;
  }

  /** One that may not write has nothing to lose, so it needs no id. */
  boolean identifies() {
    return identified && !readOnly;
  }
}
