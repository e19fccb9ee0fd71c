package dev.weir.pool.lease;

import dev.weir.tasks.spi.CommitHook;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Who may use a borrowed connection while a lambda has it, and for what. */
public interface Tenant {

  /**
   * Before any use.
   *
   * @throws SQLException if the calling thread is not the one whose session it is
   */
  void check() throws SQLException;

  /**
   * Before the end of a transaction.
   *
   * @return whether the server is to be told; if not, there is nothing to do
   * @throws SQLException if it is not for the caller to end
   */
  boolean passesOn(End end) throws SQLException;

  /**
   * Before a statement is sent or prepared.
   *
   * @throws SQLException if it would end a transaction that is not for the caller to end
   */
  void permits(String sql) throws SQLException;

  /** A call to the server failed so. */
  void failed(Throwable failure);

  /** How to hear of the end of the transaction under way; null if there is none. */
  @Nullable CommitHook commitHook();

  /** The connection was closed, by whomever; for good. */
  void closed(SessionConnection connection) throws SQLException;

  /** What ends a transaction, or begins one. */
  enum End {
    COMMIT("commit()"),
    ROLLBACK("rollback()"),
    BEGIN("setAutoCommit(false)"),
    AUTO_COMMIT("setAutoCommit(true)");

    private final String call;

    End(String call) {
      this.call = call;
    }

    /** As it stands in the caller's code. */
    public String call() {
      return call;
    }
  }
}
