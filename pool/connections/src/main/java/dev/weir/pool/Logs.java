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

  static void listenerFailed(PoolListener listener, Throwable failure) {
    LOG.warn(
        "Pool listener {} threw; it is called again, but this is logged only once.",
        listener.getClass().getName(),
        failure);
  }
}
