package dev.weir.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/** Spring's transactions over one data source of the manager, as Weir may know them. */
final class SpringTransactions implements AmbientConnection {

  private final Supplier<DataSource> source;

  /** The one that the transaction manager has, which need not be there yet. */
  SpringTransactions(Supplier<DataSource> source) {
    this.source = source;
  }

  @Override
  public @Nullable Running current() {
    // Not while Spring tells how one ended: that has its connection still, but is over.
    return TransactionSynchronizationManager.isSynchronizationActive()
            && TransactionSynchronizationManager.isActualTransactionActive()
            && TransactionSynchronizationManager.getResource(source.get())
                instanceof ConnectionHolder holder
        ? new Springs(holder)
        : null;
  }

  @Override
  public Guest begun(Session session, Connection connection) {
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      return Guest.NONE;
    }
    var holder = new Weirs(connection);
    TransactionSynchronizationManager.bindResource(source.get(), holder);
    TransactionSynchronizationManager.initSynchronization();
    TransactionSynchronizationManager.setActualTransactionActive(true);
    TransactionSynchronizationManager.setCurrentTransactionReadOnly(session.isReadOnly());
    return new Introduced(source.get(), holder);
  }

  private record Springs(ConnectionHolder holder) implements Running {

    @Override
    public Connection connection() {
      return holder.getConnection();
    }

    @Override
    public void rollbackOnly() {
      holder.setRollbackOnly();
    }

    @Override
    public boolean isRollbackOnly() {
      return holder.isRollbackOnly();
    }

    @Override
    public void atEnd(Ending ending) {
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
              switch (status) {
                case STATUS_COMMITTED -> ending.committed();
                case STATUS_ROLLED_BACK -> ending.rolledBack();
                default -> ending.unknown();
              }
            }
          });
    }
  }

  /** So that Spring's transactions take part in one of Weir's. */
  private static final class Weirs extends ConnectionHolder {

    Weirs(Connection connection) {
      super(connection, true);
    }

    @Override
    public void setRollbackOnly() {
      super.setRollbackOnly();
      try {
        getConnection().rollback();
      } catch (SQLException failure) {
        throw new TransactionSystemException("It cannot be rolled back.", failure);
      }
    }
  }

  private static final class Introduced implements Guest {
    private final DataSource source;
    private final ConnectionHolder holder;
    private List<TransactionSynchronization> waiting = List.of();

    Introduced(DataSource source, ConnectionHolder holder) {
      this.source = source;
      this.holder = holder;
    }

    @Override
    public boolean isSetAside() {
      return !holder.equals(TransactionSynchronizationManager.getResource(source));
    }

    @Override
    public void beforeCommit() {
      TransactionSynchronizationUtils.triggerBeforeCommit(
          TransactionSynchronizationManager.isCurrentTransactionReadOnly());
      TransactionSynchronizationUtils.triggerBeforeCompletion();
    }

    @Override
    public void leave() {
      waiting = TransactionSynchronizationManager.getSynchronizations();
      TransactionSynchronizationManager.clear();
      TransactionSynchronizationManager.unbindResource(source);
    }

    @Override
    public void committed() {
      TransactionSynchronizationUtils.invokeAfterCommit(waiting);
      ended(TransactionSynchronization.STATUS_COMMITTED);
    }

    @Override
    public void rolledBack() {
      ended(TransactionSynchronization.STATUS_ROLLED_BACK);
    }

    @Override
    public void unknown() {
      ended(TransactionSynchronization.STATUS_UNKNOWN);
    }

    private void ended(int status) {
      TransactionSynchronizationUtils.invokeAfterCompletion(waiting, status);
    }
  }
}
