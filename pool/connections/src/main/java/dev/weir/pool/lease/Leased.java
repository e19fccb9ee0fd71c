package dev.weir.pool.lease;

import dev.weir.pool.line.CallKind;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/**
 * What all wrappers of one borrow share: they end with it, their calls to the server are bounded by
 * its rules, and every way back from them leads to its connection.
 */
abstract class Leased implements Wrapper {

  /** The borrow this belongs to. */
  abstract LeasedConnection lease();

  /** The driver's object, if it may still be used. */
  abstract Wrapper live() throws SQLException;

  /** The longest a call may take, in seconds; 0 if the caller has set none. */
  int timeoutSeconds() {
    return 0;
  }

  /** Before a call to the server: refuses it, or starts its clock. */
  final void begin(CallKind kind) throws SQLException {
    lease().beginCall(kind, timeoutSeconds());
  }

  /** After a call to the server that went well. */
  final void done() {
    lease().endCall();
  }

  /** After one that failed: what to throw. */
  final Throwable failed(Throwable failure) {
    return lease().explain(failure);
  }

  /** A statement on its way to the server, if it may go there. */
  final String told(String sql) throws SQLException {
    lease().permits(sql);
    SentText.note(lease().physical(), sql);
    return lease().remark().on(sql);
  }

  /** Rows on their way to the caller. */
  @Nullable ResultSet rows(@Nullable ResultSet rows) throws SQLException {
    return rows == null ? null : LeasedResultSet.of(lease(), null, rows);
  }

  /** An array on its way to the caller. */
  final @Nullable Array array(@Nullable Array array) {
    return array == null ? null : new LeasedArray(lease(), array);
  }

  /** A value on its way to the caller; cursors and arrays are those that lead back. */
  final @Nullable Object lead(@Nullable Object value) throws SQLException {
    if (value instanceof ResultSet cursor) {
      return LeasedResultSet.of(lease(), null, cursor);
    }
    return value instanceof Array array ? array(array) : value;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : live().unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || live().isWrapperFor(type);
  }
}
