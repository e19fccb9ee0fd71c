package dev.weir.benchmarks;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A driver that does nothing, so that what is left to measure is the pool. Its connections answer
 * what HikariCP asks of one that it opens, lends and takes back. For benchmarks only.
 */
final class StubDataSource implements DataSource {

  private static final InvocationHandler NOTHING =
      (_, method, _) -> answer(method.getReturnType(), method.getName());

  private static @Nullable Object answer(Class<?> type, String method) {
    if (type == boolean.class) {
      return method.equals("getAutoCommit") || method.equals("isValid");
    }
    if (type == int.class) {
      return method.equals("getTransactionIsolation") ? Connection.TRANSACTION_READ_COMMITTED : 0;
    }
    return null;
  }

  @Override
  public Connection getConnection() {
    ClassLoader loader = StubDataSource.class.getClassLoader();
    return (Connection) Proxy.newProxyInstance(loader, new Class<?>[] {Connection.class}, NOTHING);
  }

  @Override
  public Connection getConnection(String user, String password) {
    return getConnection();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // Nothing is logged.
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // Nobody logs in.
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("nothing is logged");
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return type.cast(this);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
