package dev.weir.pool.lease;

import dev.weir.pool.line.CallKind;
import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.pool.socket.Setting;
import dev.weir.pool.socket.SettingChange;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The settings of one borrow: what it changes is put back when it ends. */
abstract class SettingKeeper extends StatementKeeper implements Connection {

  abstract PhysicalConnection physical();

  /** The role that it runs as; empty for the login's own. */
  public final String role() {
    return physical().preamble().role();
  }

  /** As {@link #failed}, for code that the compiler checks. */
  abstract SQLException failure(Exception failure);

  @Override
  public void setAutoCommit(boolean autoCommit) throws SQLException {
    // To switch it on commits what is open: that is refused when the time is over, as COMMIT is.
    CallKind kind = physical().isInTransaction() ? CallKind.COMMIT : CallKind.CLEANUP;
    change(Setting.AUTO_COMMIT, kind, jdbc -> jdbc.setAutoCommit(autoCommit));
  }

  @Override
  public final void setReadOnly(boolean readOnly) throws SQLException {
    change(Setting.READ_ONLY, jdbc -> jdbc.setReadOnly(readOnly));
  }

  @Override
  public final void setTransactionIsolation(int level) throws SQLException {
    if (physical().isPooled()) {
      checkOpen();
      physical().preamble().isolation(PooledRules.isolation(level, physical().isInTransaction()));
      return;
    }
    change(Setting.ISOLATION, jdbc -> jdbc.setTransactionIsolation(level));
  }

  @Override
  public final void setHoldability(int holdability) throws SQLException {
    change(Setting.HOLDABILITY, jdbc -> jdbc.setHoldability(holdability));
  }

  @Override
  public final void setSchema(@Nullable String schema) throws SQLException {
    if (physical().isPooled()) {
      throw PooledRules.noSchema();
    }
    change(Setting.SCHEMA, jdbc -> jdbc.setSchema(schema));
  }

  @Override
  public final void setTypeMap(Map<String, Class<?>> map) throws SQLException {
    change(Setting.TYPE_MAP, jdbc -> jdbc.setTypeMap(map));
  }

  /** Bounds a single wait for the network, in ms, 0 for none; put back at {@code close}. */
  @Override
  public final void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
    change(Setting.NETWORK_TIMEOUT, jdbc -> jdbc.setNetworkTimeout(executor, milliseconds));
  }

  private void change(Setting setting, SettingChange change) throws SQLException {
    change(setting, setting.kind(), change);
  }

  private void change(Setting setting, CallKind kind, SettingChange change) throws SQLException {
    begin(kind);
    try {
      physical().remember(setting);
      change.on(physical().jdbc());
    } catch (SQLException | RuntimeException failure) {
      throw failure(failure);
    }
    done();
  }

  @Override
  public final void setClientInfo(String name, @Nullable String value)
      throws SQLClientInfoException {
    clientInfo(jdbc -> jdbc.setClientInfo(name, value));
  }

  @Override
  public final void setClientInfo(Properties properties) throws SQLClientInfoException {
    clientInfo(jdbc -> jdbc.setClientInfo(properties));
  }

  private void clientInfo(SettingChange change) throws SQLClientInfoException {
    try {
      change(Setting.CLIENT_INFO, change);
    } catch (SQLClientInfoException own) {
      throw own;
    } catch (SQLException dead) {
      throw new SQLClientInfoException(
          dead.getMessage(), dead.getSQLState(), Map.<String, ClientInfoStatus>of(), dead);
    }
  }
}
