package dev.weir.pool.lease;

import dev.weir.pool.line.CallKind;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An array of one borrow. Its rows lead back to the connection, and its elements may be of a type
 * that the driver asks the server about. Given to a statement, the driver's own goes on.
 */
final class LeasedArray implements Array {

  private final LeasedConnection lease;
  private final Array behind;

  LeasedArray(LeasedConnection lease, Array behind) {
    this.lease = lease;
    this.behind = behind;
  }

  /** The driver's own, for the driver. */
  static @Nullable Object bare(@Nullable Object value) {
    return value instanceof LeasedArray wrapped ? wrapped.behind : value;
  }

  /** As the other, for a parameter of that type. */
  static @Nullable Array bare(@Nullable Array value) {
    return value instanceof LeasedArray wrapped ? wrapped.behind : value;
  }

  @FunctionalInterface
  private interface Question<R extends @Nullable Object> {
    R ask(Array array) throws SQLException;
  }

  private <R extends @Nullable Object> R answer(Question<R> question) throws SQLException {
    lease.begin(CallKind.STATEMENT);
    R answer;
    try {
      answer = question.ask(behind);
    } catch (SQLException | RuntimeException failure) {
      throw lease.failure(failure);
    }
    lease.done();
    return answer;
  }

  private @Nullable ResultSet rows(Question<@Nullable ResultSet> question) throws SQLException {
    return lease.rows(answer(question));
  }

  @Override
  public String getBaseTypeName() throws SQLException {
    return answer(Array::getBaseTypeName);
  }

  @Override
  public int getBaseType() throws SQLException {
    return answer(Array::getBaseType);
  }

  @Override
  public @Nullable Object getArray() throws SQLException {
    return answer(Array::getArray);
  }

  @Override
  public @Nullable Object getArray(@Nullable Map<String, Class<?>> types) throws SQLException {
    return answer(array -> array.getArray(types));
  }

  @Override
  public @Nullable Object getArray(long index, int count) throws SQLException {
    return answer(array -> array.getArray(index, count));
  }

  @Override
  public @Nullable Object getArray(long index, int count, @Nullable Map<String, Class<?>> types)
      throws SQLException {
    return answer(array -> array.getArray(index, count, types));
  }

  @Override
  public @Nullable ResultSet getResultSet() throws SQLException {
    return rows(Array::getResultSet);
  }

  @Override
  public @Nullable ResultSet getResultSet(@Nullable Map<String, Class<?>> types)
      throws SQLException {
    return rows(array -> array.getResultSet(types));
  }

  @Override
  public @Nullable ResultSet getResultSet(long index, int count) throws SQLException {
    return rows(array -> array.getResultSet(index, count));
  }

  @Override
  public @Nullable ResultSet getResultSet(
      long index, int count, @Nullable Map<String, Class<?>> types) throws SQLException {
    return rows(array -> array.getResultSet(index, count, types));
  }

  @Override
  public void free() throws SQLException {
    behind.free();
  }

  /** The literal, as the driver writes it. */
  @Override
  public String toString() {
    return behind.toString();
  }
}
