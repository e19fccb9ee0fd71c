package dev.weir.pool;

import dev.weir.pool.admission.Admission;
import dev.weir.pool.lease.LeasedConnection;
import dev.weir.pool.lease.Remark;
import dev.weir.pool.session.Callbacks;
import dev.weir.pool.session.Owner;
import dev.weir.pool.session.Tenure;
import dev.weir.pool.session.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The framework around, if there is one, and what its transactions are to the sessions here. */
final class Framework {

  private final AmbientConnection ambient;
  private final Admission admission;
  private final Function<@Nullable String, Remark> remarks;

  Framework(
      AmbientConnection ambient, Admission admission, Function<@Nullable String, Remark> remarks) {
    this.ambient = ambient;
    this.admission = admission;
    this.remarks = remarks;
  }

  /**
   * The session that the calling thread is in.
   *
   * @param own the innermost that was opened here
   * @return that, if the framework runs nothing newer; null if the framework has set it aside
   */
  @Nullable Session innermost(@Nullable Session own) {
    AmbientConnection.Running running = ambient.current();
    LeasedConnection lent = running == null ? null : lent(running.connection());
    if (running != null && lent != null) {
      return own != null && own.tenure().holds(lent) ? own : session(lent, running);
    }
    return own == null || own.isSetAside() ? null : own;
  }

  /** The borrow that a connection leads to, if it is one of ours that goes on. */
  private @Nullable LeasedConnection lent(Connection theirs) {
    try {
      if (!theirs.isWrapperFor(LeasedConnection.class)) {
        return null;
      }
      LeasedConnection lent = theirs.unwrap(LeasedConnection.class).borrow();
      return lent.isLentBy(admission) && !lent.isClosed() ? lent : null;
    } catch (SQLException over) {
      return null;
    }
  }

  private Session session(LeasedConnection lent, AmbientConnection.Running running) {
    boolean readOnly = readsOnly(lent);
    Access access = (readOnly ? Access.readOnly() : Access.readWrite()).lane(lent.lane());
    var tenure = new Tenure(lent, remarks, Transaction.of(lent, readOnly, owner(running)));
    return Session.outermost(tenure, new Session.Terms(access, readOnly, 1));
  }

  /** One that cannot say so any more will fail by itself. */
  private static boolean readsOnly(LeasedConnection lent) {
    try {
      return lent.isReadOnly();
    } catch (SQLException over) {
      return false;
    }
  }

  private static Owner owner(AmbientConnection.Running running) {
    return new Owner() {
      @Override
      public void rollbackOnly() {
        running.rollbackOnly();
      }

      @Override
      public boolean isRollbackOnly() {
        return running.isRollbackOnly();
      }

      @Override
      public void atEnd(Callbacks callbacks) {
        running.atEnd(ending(callbacks));
      }
    };
  }

  private static AmbientConnection.Ending ending(Callbacks callbacks) {
    return new AmbientConnection.Ending() {
      @Override
      public void committed() {
        callbacks.committed();
        callbacks.tell(null);
      }

      @Override
      public void rolledBack() {
        callbacks.rolledBack();
        callbacks.tell(null);
      }

      @Override
      public void unknown() {
        callbacks.unknown();
        callbacks.tell(null);
      }
    };
  }

  /** A transaction has begun here: the framework may make it its own. */
  void introduce(Session session, Transaction transaction) throws SQLException {
    if (ambient.equals(AmbientConnection.NONE)) {
      return;
    }
    AmbientConnection.Guest guest =
        ambient.begun(session, session.tenure().join(session.calledBy()));
    session.guest(guest);
    transaction.after(true, guest::committed);
    transaction.after(false, guest::rolledBack);
    transaction.afterUnknown(guest::unknown);
  }
}
