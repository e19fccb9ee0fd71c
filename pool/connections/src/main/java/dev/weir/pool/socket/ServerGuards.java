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
 * @param local what tells it for one transaction; empty if there is nothing to tell
 * @param role the role to run as; empty for the login itself
 */
public record ServerGuards(Guards limits, String sql, String local, String role) {

  /** What a fresh connection has: nothing of ours. */
  static final ServerGuards NONE = of(Guards.none());

  /** What tells the server of these limits. */
  public static ServerGuards of(Guards limits) {
    return new ServerGuards(
        limits,
        setting("statement_timeout", limits.statementTimeout())
            + setting("lock_timeout", limits.lockTimeout())
            + setting("idle_in_transaction_session_timeout", limits.idleInTransactionTimeout()),
        local(limits),
        "");
  }

  private static String local(Guards limits) {
    return local("statement_timeout", limits.statementTimeout())
        + local("lock_timeout", limits.lockTimeout())
        + local("idle_in_transaction_session_timeout", limits.idleInTransactionTimeout());
  }

  /** The same as that role; empty for the login itself. */
  public ServerGuards as(String role) {
    String taken = role.isEmpty() ? "" : "SET LOCAL ROLE " + quoted(role) + ";";
    return new ServerGuards(limits, sql, local(limits) + taken, role);
  }

  /** What tells the server, if it knows of those others. */
  String after(ServerGuards others) {
    String watched = limits.equals(others.limits) ? "" : sql;
    return role.equals(others.role) ? watched : watched + roleSql();
  }

  private String roleSql() {
    return role.isEmpty() ? "RESET ROLE;" : "SET ROLE " + quoted(role) + ";";
  }

  private static String quoted(String role) {
    return '"' + role.replace("\"", "\"\"") + '"';
  }

  private static String setting(String name, @Nullable Duration limit) {
    return limit == null ? "RESET " + name + ";" : "SET " + name + " = " + value(limit) + ";";
  }

  private static String local(String name, @Nullable Duration limit) {
    return limit == null ? "" : "SET LOCAL " + name + " = " + value(limit) + ";";
  }

  /** In whole milliseconds, the server's unit; 0 would mean none. */
  private static long value(Duration limit) {
    return limit.plusNanos(999_999).toMillis();
  }

  /** Whether the server watches over them on that connection already. */
  public boolean areOn(PhysicalConnection connection) {
    return connection.preamble().watches(this);
  }
}
