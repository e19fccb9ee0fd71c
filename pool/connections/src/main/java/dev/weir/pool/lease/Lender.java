package dev.weir.pool.lease;

import dev.weir.gate.Lane;
import dev.weir.pool.socket.PhysicalConnection;
import java.sql.SQLException;

/** Where a borrow came from and goes back to. */
public interface Lender {

  /**
   * A borrow ends: its socket goes back, or away, and with it the permit. Called once for each.
   *
   * @param start when the borrow began, 0 if it is not timed
   * @param reusable whether the next borrower may have the socket
   * @throws SQLException if the socket was lost on its way back; the permit is back all the same
   */
  void giveBack(PhysicalConnection connection, Lane lane, long start, boolean reusable)
      throws SQLException;

  /** A borrow has left something behind, which was put back. */
  void leftBehind(String lane, String what);

  /** A call to the server over this connection has failed so. */
  void failed(PhysicalConnection connection, Throwable failure);

  /** Where borrows note how their statements ran. */
  Statements statements();
}
