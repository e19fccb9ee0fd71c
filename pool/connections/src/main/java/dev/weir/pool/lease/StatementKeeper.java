package dev.weir.pool.lease;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one borrow that are still open, in a list that runs through the statements
 * themselves: to keep one costs no allocation, to close one no search, and to end a borrow that has
 * none left no lock.
 */
abstract class StatementKeeper extends Leased {

  /** The newest of them; written under the lock of this. */
  private volatile @Nullable LeasedStatement newest;

  abstract void checkOpen() throws SQLException;

  /** Whether the borrow has ended. */
  abstract boolean isOver();

  final <S extends LeasedStatement> S track(S statement) throws SQLException {
    keep(statement);
    // Looked at after it was kept: whoever ends the borrow has seen it, or is seen here.
    if (isOver()) {
      statement.behind().close();
      checkOpen();
    }
    return statement;
  }

  private synchronized void keep(LeasedStatement statement) {
    LeasedStatement before = newest;
    statement.older = before;
    if (before != null) {
      before.newer = statement;
    }
    newest = statement;
    statement.tracked = true;
  }

  /** Whether the statement's own end is still up to the caller: not once the borrow is over. */
  final synchronized boolean forget(LeasedStatement statement) {
    if (isOver()) {
      return false;
    }
    LeasedStatement older = statement.older;
    LeasedStatement newer = statement.newer;
    if (newer != null) {
      newer.older = older;
    } else if (statement.tracked) {
      newest = older;
    }
    if (older != null) {
      older.newer = newer;
    }
    statement.older = null;
    statement.newer = null;
    statement.tracked = false;
    return true;
  }

  private synchronized @Nullable LeasedStatement takeOpen() {
    LeasedStatement all = newest;
    newest = null;
    return all;
  }

  /** Called once the borrow is over, and by whoever made it so. */
  final void closeStatements() throws SQLException {
    if (newest == null) {
      return;
    }
    for (LeasedStatement each = takeOpen(); each != null; each = each.older) {
      each.behind().close();
    }
  }
}
