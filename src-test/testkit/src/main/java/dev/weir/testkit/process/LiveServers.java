package dev.weir.testkit.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers this JVM has started and not yet closed; whatever is left at its end is closed then.
 */
final class LiveServers {
  private static final Logger LOG = LoggerFactory.getLogger(LiveServers.class);
  private static final Set<AutoCloseable> LIVE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(LiveServers::closeAll, "weir-testkit-stops-servers"));
  }

  private LiveServers() {}

  static void add(AutoCloseable server) {
    LIVE.add(server);
  }

  static void remove(AutoCloseable server) {
    LIVE.remove(server);
  }

  private static void closeAll() {
    LIVE.parallelStream().forEach(LiveServers::closeOne);
  }

  private static void closeOne(AutoCloseable server) {
    try {
      server.close();
    } catch (Exception e) {
      LOG.warn("{} did not stop cleanly at the end of the JVM", server, e);
    }
  }
}
