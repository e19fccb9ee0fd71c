package dev.weir.pool;

import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a manager as one kind of caller has them: with an {@link Access} of its own, such
 * as a lane. For a container to hand out by name. Immutable, and safe for use by many threads.
 *
 * @param connections the manager
 * @param access how each session is wanted
 */
public record SessionView(UnifiedConnectionManager connections, Access access) {

  /**
   * As {@link UnifiedConnectionManager#withSession(Access, Work)}.
   *
   * @throws X what the work throws, untouched
   */
  public <R extends @Nullable Object, X extends Throwable> R withSession(Work<R, X> work) throws X {
    return connections.withSession(access, work);
  }

  /**
   * As {@link UnifiedConnectionManager#useSession(Access, VoidWork)}.
   *
   * @throws X what the work throws, untouched
   */
  public <X extends Throwable> void useSession(VoidWork<X> work) throws X {
    connections.useSession(access, work);
  }

  /**
   * As {@link UnifiedConnectionManager#inTransaction(Access, Work)}.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   */
  public <R extends @Nullable Object, X extends Throwable> R inTransaction(Work<R, X> work)
      throws X {
    return connections.inTransaction(access, work);
  }

  /**
   * As {@link UnifiedConnectionManager#useTransaction(Access, VoidWork)}.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   */
  public <X extends Throwable> void useTransaction(VoidWork<X> work) throws X {
    connections.useTransaction(access, work);
  }

  /** As {@link UnifiedConnectionManager#dataSource(Access)}. */
  public DataSource dataSource() {
    return connections.dataSource(access);
  }
}
