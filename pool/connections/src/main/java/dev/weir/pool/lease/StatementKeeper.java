package dev.weir.pool.lease;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one borrow that are still open, in a list that runs through the statements
 * themselves: to keep one costs no allocation, to close one no search.
 */
abstract class StatementKeeper extends Leased {

  /** The newest of them; guarded by this. */
  private @Nullable LeasedStatement newest;

  abstract void checkOpen() throws SQLException;

  /** Whether the borrow has ended. */
  abstract boolean isOver();

  final <S extends LeasedStatement> S track(S statement) throws SQLException {
    synchronized (this) {
      if (!isOver()) {
        LeasedStatement before = newest;
        statement.older = before;
        if (before != null) {
          before.newer = statement;
        }
        newest = statement;
        statement.tracked = true;
        return statement;
      }
    }
    statement.behind().close();
    checkOpen();
    return statement;
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

  final void closeStatements() throws SQLException {
    for (LeasedStatement each = takeOpen(); each != null; each = each.older) {
      each.behind().close();
    }
  }
}
