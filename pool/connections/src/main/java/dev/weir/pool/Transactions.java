package dev.weir.pool;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Commit when the work returns, roll back when it throws, whatever it throws. */
final class Transactions {

  private Transactions() {}

  static <R extends @Nullable Object, X extends Throwable> R run(
      Connection connection, Work<R, X> work) throws X {
    begin(connection);
    R result;
    try {
      result = work.with(connection);
    } catch (Throwable failure) {
      rollBack(connection, failure);
      throw failure;
    }
    commit(connection);
    return result;
  }

  private static void begin(Connection connection) {
    try {
      connection.setAutoCommit(false);
    } catch (SQLException failure) {
      throw new DatabaseUnavailableException(
          "The transaction could not begin: " + failure.getMessage(), failure);
    }
  }

  private static void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException failure) {
      var failed =
          new CommitFailedException(
              "The work of the transaction ended well, but its COMMIT failed (%s): %s"
                  .formatted(failure.getSQLState(), failure.getMessage()),
              failure);
      rollBack(connection, failed);
      throw failed;
    }
  }

  private static void rollBack(Connection connection, Throwable failure) {
    try {
      if (!connection.isClosed()) {
        connection.rollback();
      }
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
  }
}
