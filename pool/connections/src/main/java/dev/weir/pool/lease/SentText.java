package dev.weir.pool.lease;

import dev.weir.pool.socket.Changes;
import dev.weir.pool.socket.PhysicalConnection;
import java.sql.SQLException;

/** What is looked at in the text of a statement before it is sent. */
final class SentText {

  private SentText() {}

  /**
   * Notes what it leaves behind, so that this is put back when the borrow ends, or told where it
   * cannot be.
   *
   * @throws SQLException if it would leave the role that the borrow runs as
   */
  static void note(PhysicalConnection physical, String sql) throws SQLException {
    if (physical.preamble().hasRole() && Changes.leavesRole(sql)) {
      throw new SQLException(
          "This session runs as a role of its own, so its statements may not change the role: ask"
              + " for another by Access.role.",
          "42501");
    }
    physical.changes().saw(sql);
  }
}
