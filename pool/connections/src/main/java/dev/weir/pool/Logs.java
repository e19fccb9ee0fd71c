package dev.weir.pool;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this room tells its log. */
final class Logs {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  private Logs() {}

  static void closeFailed(Throwable failure) {
    LOG.debug("A connection could not be given back cleanly; the pool replaces it.", failure);
  }

  static void noShield() {
    LOG.warn(
        "The PostgreSQL driver was loaded by a class loader that does not see Weir, so an interrupt"
            + " of a virtual thread closes its connection: put both on the same class path.");
  }

  static void listenerFailed(PoolListener listener, Throwable failure) {
    LOG.warn(
        "Pool listener {} threw; it is called again, but this is logged only once.",
        listener.getClass().getName(),
        failure);
  }
}
