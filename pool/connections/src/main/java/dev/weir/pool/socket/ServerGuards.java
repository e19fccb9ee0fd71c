package dev.weir.pool.socket;

import dev.weir.config.LaneConfig.Guards;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the server itself is told to watch over in the sessions of a lane, whatever happens to their
 * callers. Told only when the connection's last lane had other limits; one message for all.
 *
 * @param limits the limits
 * @param sql what tells the server
 */
public record ServerGuards(Guards limits, String sql) {

  /** What a fresh connection has: nothing of ours. */
  static final ServerGuards NONE = of(Guards.none());

  /** What tells the server of these limits. */
  public static ServerGuards of(Guards limits) {
    return new ServerGuards(
        limits,
        setting("statement_timeout", limits.statementTimeout())
            + setting("lock_timeout", limits.lockTimeout())
            + setting("idle_in_transaction_session_timeout", limits.idleInTransactionTimeout()));
  }

  private static String setting(String name, @Nullable Duration limit) {
    // In whole milliseconds, the server's unit; 0 would mean none.
    return limit == null
        ? "RESET " + name + ";"
        : "SET " + name + " = " + limit.plusNanos(999_999).toMillis() + ";";
  }

  /** Whether the server watches over them on that connection already. */
  public boolean areOn(PhysicalConnection connection) {
    return connection.guards().limits.equals(limits);
  }
}
