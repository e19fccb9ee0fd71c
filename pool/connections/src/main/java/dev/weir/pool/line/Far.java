package dev.weir.pool.line;

import java.sql.SQLException;

/** The far end of a line, as its owner reaches it. Called by any thread. */
public interface Far {

  /** A line without one, as long as it is being opened. */
  Far NOBODY =
      new Far() {
        @Override
        public void cancel() {}

        @Override
        public void cut() {}

        @Override
        public boolean isGone() {
          return false;
        }
      };

  /**
   * Asks the server to cancel what it does for this line; returns when the request has been dealt
   * with, or can no longer be.
   */
  void cancel() throws SQLException;

  /** Closes the socket; only called if the line has not made it itself. */
  void cut() throws SQLException;

  /** Whether the line has come to its end. */
  boolean isGone();
}
