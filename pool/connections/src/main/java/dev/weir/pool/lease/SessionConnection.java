package dev.weir.pool.lease;

import dev.weir.tasks.spi.CommitHook;
import java.sql.SQLException;
import java.util.concurrent.Executor;

/**
 * A borrowed connection as one lambda of a session, or a framework inside it, sees it: closing it
 * closes its statements and gives nothing back, another thread than the session's is refused, and
 * transactions are ended only as the {@link Tenant} allows.
 */
public abstract class SessionConnection extends LeasedConnection {

  private final LeasedConnection borrow;
  private final Tenant tenant;
  private final Remark remark;

  /** A view; made by {@link LeasedConnection#view}. */
  SessionConnection(LeasedConnection borrow, Tenant tenant, Remark remark) {
    super(borrow);
    this.borrow = borrow;
    this.tenant = tenant;
    this.remark = remark;
  }

  @Override
  public final LeasedConnection borrow() {
    return borrow;
  }

  @Override
  final Remark remark() {
    return remark;
  }

  @Override
  final void permits(String sql) throws SQLException {
    tenant.permits(sql);
  }

  @Override
  final void checkOpen() throws SQLException {
    super.checkOpen();
    borrow.checkOpen();
    tenant.check();
  }

  @Override
  final boolean isOver() {
    return super.isOver() || borrow.isOver();
  }

  @Override
  final Throwable explain(Throwable failure) {
    Throwable shown = super.explain(failure);
    tenant.failed(shown);
    return shown;
  }

  @Override
  public final <T> T unwrap(Class<T> type) throws SQLException {
    if (type != CommitHook.class) {
      return super.unwrap(type);
    }
    checkOpen();
    CommitHook hook = tenant.commitHook();
    if (hook == null) {
      throw new SQLException(
          "There is no CommitHook outside inTransaction: ask isWrapperFor first.", "25P01");
    }
    return type.cast(hook);
  }

  @Override
  public final boolean isWrapperFor(Class<?> type) throws SQLException {
    if (type != CommitHook.class) {
      return super.isWrapperFor(type);
    }
    checkOpen();
    return tenant.commitHook() != null;
  }

  @Override
  public final void commit() throws SQLException {
    checkOpen();
    if (tenant.passesOn(Tenant.End.COMMIT)) {
      borrow.commit();
    }
  }

  @Override
  public final void rollback() throws SQLException {
    checkOpen();
    if (tenant.passesOn(Tenant.End.ROLLBACK)) {
      borrow.rollback();
    }
  }

  @Override
  public final void setAutoCommit(boolean autoCommit) throws SQLException {
    checkOpen();
    if (tenant.passesOn(autoCommit ? Tenant.End.AUTO_COMMIT : Tenant.End.BEGIN)) {
      borrow.setAutoCommit(autoCommit);
    }
  }

  @Override
  public final void close() throws SQLException {
    if (isOver()) {
      return;
    }
    tenant.check();
    endView();
    try {
      closeStatements();
    } finally {
      tenant.closed(this);
    }
  }

  /** Any thread may: the socket is cut, and its permit is free again. */
  @Override
  public final void abort(Executor executor) throws SQLException {
    if (closeOnce()) {
      borrow.abort(executor);
    }
  }
}
