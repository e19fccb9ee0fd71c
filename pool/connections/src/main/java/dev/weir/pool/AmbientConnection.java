package dev.weir.pool;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Lets a framework's transaction be the session that {@code inTransaction} and {@code withSession}
 * join, and the other way round. For whoever teaches a framework about Weir; given by {@link
 * ConnectionSettings#ambient}. Called on the thread whose transaction it is, before each session
 * that is opened, so it must be quick. Safe for use by many threads.
 *
 * <p>The framework borrows from one of the manager's own data sources; a transaction on any other
 * connection is none of the manager's and is left alone. Inside it sessions are nested ones ({@link
 * Access.Nesting}): they use its connection, what it cannot give is refused, what fails in an inner
 * {@code inTransaction} makes the whole roll back, and nothing is tried again, because only the
 * framework could try the whole.
 */
public interface AmbientConnection {

  /** No framework has transactions here. */
  AmbientConnection NONE = () -> null;

  /**
   * The transaction that the framework has running on the calling thread; null if there is none.
   */
  @Nullable Running current();

  /**
   * Weir has begun a transaction on the calling thread. A framework that can make it its own
   * current one does so, until {@link Guest#leave}.
   *
   * @param session the session of it
   * @param connection its connection, on which to commit and to close do nothing and to roll back
   *     means that it will be rolled back in the end
   */
  default Guest begun(Session session, Connection connection) {
    return Guest.NONE;
  }

  /** How a transaction ended. Called once, by the thread whose transaction it was. */
  interface Ending {

    /** It was committed. */
    default void committed() {}

    /** It was rolled back. */
    default void rolledBack() {}

    /** Nobody knows. */
    default void unknown() {}
  }

  /** A transaction of the framework's. */
  interface Running {

    /** Its connection, as the framework got it from a data source of the manager. */
    Connection connection();

    /** Has it rolled back in the end. */
    void rollbackOnly();

    /** Whether the framework means to roll it back. */
    boolean isRollbackOnly();

    /** Wants to hear how it ends, as soon as the framework knows. */
    void atEnd(Ending ending);
  }

  /** What a framework makes of a transaction of Weir's. Used by the thread of that alone. */
  interface Guest extends Ending {

    /** It makes nothing of it. */
    Guest NONE = new Guest() {};

    /**
     * Whether the framework has set it aside for now, as for Spring's {@code REQUIRES_NEW}: whoever
     * opens a session meanwhile gets another connection.
     */
    default boolean isSetAside() {
      return false;
    }

    /** The work has returned and COMMIT is next; what this throws rolls it back. */
    default void beforeCommit() {}

    /** COMMIT or ROLLBACK has been said: the framework forgets about the connection. */
    default void leave() {}
  }
}
