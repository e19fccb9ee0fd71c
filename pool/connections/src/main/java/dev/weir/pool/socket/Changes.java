package dev.weir.pool.socket;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a borrow has changed, by JDBC's own calls and by its statements, and how that is undone.
 * Used by whoever has borrowed the connection.
 */
public final class Changes {

  private static final String OUT_OF_REACH = " (out of reach behind the pooler)";

  /** Whether what is in the session of the server may be somebody else's by now. */
  private final boolean pooled;

  private final Residue residue = new Residue();
  private final Set<Setting> changed = EnumSet.noneOf(Setting.class);

  /** What settings were before their first change; kept for the life of the socket. */
  private final Map<Setting, @Nullable Object> before = new EnumMap<>(Setting.class);

  /** What the server calls the connection after its login. */
  private String applicationName = "";

  /** What the last borrow left behind, in words. */
  private String left = "";

  Changes(boolean pooled) {
    this.pooled = pooled;
  }

  void applicationName(@Nullable String name) {
    applicationName = name == null ? "" : name;
  }

  /** A statement, or several, on their way to the server. */
  public void saw(String sql) {
    residue.saw(sql);
  }

  /** Whether statements of that text change the role. */
  public static boolean leavesRole(String sql) {
    var alone = new Residue();
    alone.saw(sql);
    return alone.isRoleChanged();
  }

  /** What the borrow that ended last had left behind, in words; empty if nothing. */
  public String left() {
    return left;
  }

  void remember(Setting setting, Connection jdbc) throws SQLException {
    if (changed.contains(setting)) {
      return;
    }
    if (!before.containsKey(setting)) {
      before.put(setting, setting.read(jdbc));
    }
    changed.add(setting);
  }

  /** The borrow ends. */
  void end() {
    left = "";
  }

  /** Whether anything is to be undone. */
  boolean isAny() {
    return !changed.isEmpty() || residue.isAny();
  }

  /**
   * Puts back what was changed.
   *
   * @return whether settings of the session were among it, so that it has none of ours any more
   * @throws SQLException if something cannot be put back
   */
  boolean undo(Connection jdbc, boolean inTransaction) throws SQLException {
    if (inTransaction || residue.isAny()) {
      left = residue.text(inTransaction) + (pooled && residue.isAny() ? OUT_OF_REACH : "");
    }
    if (inTransaction) {
      rollBack(jdbc);
    }
    for (Setting setting : changed) {
      setting.restore(jdbc, before.get(setting));
    }
    changed.clear();
    boolean settings = residue.hasSettings() || residue.hasRole();
    reset(jdbc);
    return settings;
  }

  private void reset(Connection jdbc) throws SQLException {
    if (pooled) {
      residue.forget(); // A reset might meet another process, and undo what is somebody else's.
      return;
    }
    if (residue.isBeyondRepair()) {
      throw new SQLException("What was prepared under a quoted name stays on the connection.");
    }
    // The limits of a lane and its role count as known together, so they are forgotten together.
    String sql = residue.reset(applicationName);
    if (!sql.isEmpty()) {
      execute(jdbc, sql);
    }
    residue.forget();
  }

  private static void rollBack(Connection jdbc) throws SQLException {
    if (jdbc.getAutoCommit()) {
      // The borrower sent BEGIN as a statement of its own; the driver would refuse rollback().
      execute(jdbc, "ROLLBACK");
    } else {
      jdbc.rollback();
    }
  }

  private static void execute(Connection jdbc, String sql) throws SQLException {
    try (Statement statement = jdbc.createStatement()) {
      statement.execute(sql);
    }
  }
}
