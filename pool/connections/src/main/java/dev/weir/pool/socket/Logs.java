package dev.weir.pool.socket;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the sockets, and those who use them, tell the log. */
public final class Logs {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  private Logs() {}

  /** A socket is lost at the end of a borrow, or of its own. */
  public static void closeFailed(Throwable failure) {
    LOG.debug("A connection could not be given back cleanly; the pool replaces it.", failure);
  }

  static void noShield() {
    LOG.warn(
        "The PostgreSQL driver was loaded by a class loader that does not see Weir, so an interrupt"
            + " of a virtual thread closes its connection: put both on the same class path.");
  }

  static void poolerBetween(String target) {
    LOG.warn(
        "A pooler stands between Weir and {}: if it is PgBouncer in transaction mode or the like, set"
            + " postgres.pooler=transaction, or settings and prepared statements will be lost and"
            + " mixed up.",
        target);
  }

  static void tooFewConnections(String target, int wanted, int allowed) {
    LOG.warn(
        "pool.max = {}, but PostgreSQL at {} has {} connections for all its clients: lower pool.max"
            + " or raise max_connections on the server. Until then callers share what it gives.",
        wanted,
        target,
        allowed);
  }

  /** A statement goes without its trace. */
  public static void noTrace(RuntimeException failure) {
    LOG.debug("The trace of a statement could not be asked for; it goes without.", failure);
  }
}
