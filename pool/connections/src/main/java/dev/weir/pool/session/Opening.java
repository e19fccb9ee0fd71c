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

  static final String IDENTIFY = "SELECT pg_current_xact_id()::text";

  /** What is said at the beginning, in one round trip with BEGIN; null if BEGIN is enough. */
  @Nullable String sql() {
    String level = isolation == null ? null : "SET TRANSACTION ISOLATION LEVEL " + isolation;
    if (!identifies()) {
      return level;
    }
    return level == null ? IDENTIFY : level + ";" + IDENTIFY;
  }

  /** One that may not write has nothing to lose, so it needs no id. */
  boolean identifies() {
    return identified && !readOnly;
  }
}
