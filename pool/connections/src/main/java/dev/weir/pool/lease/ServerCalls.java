package dev.weir.pool.lease;

import dev.weir.pool.line.CallKind;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which of the methods that merely go on to the driver may wait for the server. */
final class ServerCalls {

  private static final Map<String, CallKind> OF_CONNECTION =
      Map.of(
          "commit", CallKind.COMMIT,
          "rollback", CallKind.CLEANUP,
          "setSavepoint", CallKind.STATEMENT,
          "releaseSavepoint", CallKind.STATEMENT,
          "getSchema", CallKind.STATEMENT,
          "getCatalog", CallKind.STATEMENT,
          "getTransactionIsolation", CallKind.STATEMENT,
          "createArrayOf", CallKind.STATEMENT);

  /** Of result sets, beside {@code next}: they write, or look whether there are more rows. */
  private static final Set<String> OF_ROWS =
      Set.of("insertRow", "updateRow", "deleteRow", "refreshRow", "isLast");

  private ServerCalls() {}

  static @Nullable CallKind kind(Method method) {
    Class<?> type = method.getDeclaringClass();
    String name = method.getName();
    if (type == Connection.class) {
      return OF_CONNECTION.get(name);
    }
    return waits(type, method) ? CallKind.STATEMENT : null;
  }

  /** Whether it executes a prepared statement once. */
  static boolean executesPrepared(Method method) {
    return method.getDeclaringClass() == PreparedStatement.class
        && method.getName().startsWith("execute");
  }

  /** Whether its first argument is a statement. */
  static boolean takesStatement(Method method) {
    String name = method.getName();
    return method.getDeclaringClass() == Statement.class
        && (name.startsWith("execute") || name.equals("addBatch"))
        && method.getParameterCount() > 0;
  }

  private static boolean waits(Class<?> type, Method method) {
    String name = method.getName();
    if (type == DatabaseMetaData.class) {
      return method.getReturnType() == ResultSet.class;
    }
    if (type == ResultSet.class) {
      return OF_ROWS.contains(name);
    }
    return name.startsWith("execute")
        || name.equals("getMetaData")
        || name.equals("getParameterMetaData");
  }
}
