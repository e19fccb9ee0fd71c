package dev.weir.tasks.shutdown;

import dev.weir.tasks.shutdown.Reloader.Reloaded;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who can be asked to read something anew, by name, in the order of registration. Safe for use by
 * many threads; one reload at a time.
 */
public final class Reloads {

  private static final Logger log = LoggerFactory.getLogger(Reloads.class);

  private final Map<String, Reloader> reloaders =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final ReentrantLock running = new ReentrantLock();

  /** Nobody yet. */
  public Reloads() {}

  /**
   * Adds one.
   *
   * @return takes it out again
   * @throws IllegalArgumentException if there is one of that name, or the name is blank
   */
  public Registration add(String name, Reloader reloader) {
    Objects.requireNonNull(reloader, "reloader");
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException("A reloader has no name; give it one.");
    }
    if (reloaders.putIfAbsent(name, reloader) != null) {
      throw new IllegalArgumentException(
          "Two reloaders are called '%s'; give one of them another name.".formatted(name));
    }
    return () -> reloaders.remove(name, reloader);
  }

  /**
   * Asks each in turn, whatever the others do, logs what came of it, and returns it. A reload that
   * finds another under way waits for it and then runs.
   */
  public ReloadReport run() {
    running.lock();
    try {
      Map<String, Reloaded> done = new LinkedHashMap<>();
      Map<String, Throwable> failed = new LinkedHashMap<>();
      Map<String, Reloader> now;
      synchronized (reloaders) {
        now = new LinkedHashMap<>(reloaders);
      }
      now.forEach((name, reloader) -> one(name, reloader, done, failed));
      var report = new ReloadReport(done, failed);
      log.info("{}", report.text());
      return report;
    } finally {
      running.unlock();
    }
  }

  private static void one(
      String name, Reloader reloader, Map<String, Reloaded> done, Map<String, Throwable> failed) {
    try {
      done.put(name, reloader.reload());
    } catch (Throwable failure) {
      log.warn("'{}' could not be reloaded; what was in force stays in force", name, failure);
      failed.put(name, failure);
    }
  }
}
