package dev.weir.pool;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Every call of a {@link Connection} that simply goes on to {@link #live()}: kept apart so that the
 * calls with a meaning of their own can be read in {@link LeasedConnection}.
 */
abstract class DelegatingConnection implements Connection {

  /** The connection behind, if it may still be used. */
  abstract Connection live() throws SQLException;

  @Override
  public void clearWarnings() throws SQLException {
    live().clearWarnings();
  }

  @Override
  public void commit() throws SQLException {
    live().commit();
  }

  @Override
  public Array createArrayOf(String typeName, Object[] elements) throws SQLException {
    return live().createArrayOf(typeName, elements);
  }

  @Override
  public Blob createBlob() throws SQLException {
    return live().createBlob();
  }

  @Override
  public Clob createClob() throws SQLException {
    return live().createClob();
  }

  @Override
  public NClob createNClob() throws SQLException {
    return live().createNClob();
  }

  @Override
  public SQLXML createSQLXML() throws SQLException {
    return live().createSQLXML();
  }

  @Override
  public Statement createStatement() throws SQLException {
    return live().createStatement();
  }

  @Override
  public Statement createStatement(int type, int concurrency) throws SQLException {
    return live().createStatement(type, concurrency);
  }

  @Override
  public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
    return live().createStatement(type, concurrency, holdability);
  }

  @Override
  public Struct createStruct(String typeName, Object[] attributes) throws SQLException {
    return live().createStruct(typeName, attributes);
  }

  @Override
  public boolean getAutoCommit() throws SQLException {
    return live().getAutoCommit();
  }

  @Override
  public @Nullable String getCatalog() throws SQLException {
    return live().getCatalog();
  }

  @Override
  public Properties getClientInfo() throws SQLException {
    return live().getClientInfo();
  }

  @Override
  public @Nullable String getClientInfo(String name) throws SQLException {
    return live().getClientInfo(name);
  }

  @Override
  public int getHoldability() throws SQLException {
    return live().getHoldability();
  }

  @Override
  public DatabaseMetaData getMetaData() throws SQLException {
    return live().getMetaData();
  }

  @Override
  public int getNetworkTimeout() throws SQLException {
    return live().getNetworkTimeout();
  }

  @Override
  public @Nullable String getSchema() throws SQLException {
    return live().getSchema();
  }

  @Override
  public int getTransactionIsolation() throws SQLException {
    return live().getTransactionIsolation();
  }

  @Override
  public Map<String, Class<?>> getTypeMap() throws SQLException {
    return live().getTypeMap();
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    return live().getWarnings();
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    return live().isReadOnly();
  }

  @Override
  public String nativeSQL(String sql) throws SQLException {
    return live().nativeSQL(sql);
  }

  @Override
  public CallableStatement prepareCall(String sql) throws SQLException {
    return live().prepareCall(sql);
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
    return live().prepareCall(sql, type, concurrency);
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    return live().prepareCall(sql, type, concurrency, holdability);
  }

  @Override
  public PreparedStatement prepareStatement(String sql) throws SQLException {
    return live().prepareStatement(sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int keys) throws SQLException {
    return live().prepareStatement(sql, keys);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
    return live().prepareStatement(sql, columnIndexes);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
    return live().prepareStatement(sql, columnNames);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency)
      throws SQLException {
    return live().prepareStatement(sql, type, concurrency);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    return live().prepareStatement(sql, type, concurrency, holdability);
  }

  @Override
  public void releaseSavepoint(Savepoint savepoint) throws SQLException {
    live().releaseSavepoint(savepoint);
  }

  @Override
  public void rollback() throws SQLException {
    live().rollback();
  }

  @Override
  public void rollback(Savepoint savepoint) throws SQLException {
    live().rollback(savepoint);
  }

  @Override
  public void setAutoCommit(boolean autoCommit) throws SQLException {
    live().setAutoCommit(autoCommit);
  }

  @Override
  public void setCatalog(@Nullable String catalog) throws SQLException {
    live().setCatalog(catalog);
  }

  @Override
  public void setHoldability(int holdability) throws SQLException {
    live().setHoldability(holdability);
  }

  @Override
  public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
    live().setNetworkTimeout(executor, milliseconds);
  }

  @Override
  public void setReadOnly(boolean readOnly) throws SQLException {
    live().setReadOnly(readOnly);
  }

  @Override
  public Savepoint setSavepoint() throws SQLException {
    return live().setSavepoint();
  }

  @Override
  public Savepoint setSavepoint(String name) throws SQLException {
    return live().setSavepoint(name);
  }

  @Override
  public void setSchema(@Nullable String schema) throws SQLException {
    live().setSchema(schema);
  }

  @Override
  public void setTransactionIsolation(int level) throws SQLException {
    live().setTransactionIsolation(level);
  }

  @Override
  public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
    live().setTypeMap(map);
  }
}
