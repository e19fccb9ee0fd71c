package dev.weir.testkit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How an own Redis shall be set up: immutable, each wither gives a changed copy, {@link #start()}
 * starts a server by it. Safe for any thread.
 *
 * @param settings as in redis.conf
 * @param password empty for none
 */
public record RedisSetup(Map<String, String> settings, String password) {

  /** Copies the settings, so that the caller's map may change. */
  public RedisSetup {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** No password, nothing on disk: a killed or restarted server comes back empty. */
  static RedisSetup defaults() {
    return new RedisSetup(Map.of("save", "\"\"", "appendonly", "no"), "");
  }

  /** With one setting, in the words of redis.conf. */
  public RedisSetup setting(String name, String value) {
    var changed = new LinkedHashMap<>(settings);
    changed.put(name, value);
    return new RedisSetup(changed, password);
  }

  /** With every write on disk before its answer, so that it survives a crash. */
  public RedisSetup durable() {
    return setting("appendonly", "yes").setting("appendfsync", "always");
  }

  /** With a password that clients must give. */
  public RedisSetup password(String password) {
    return new RedisSetup(settings, password);
  }

  /**
   * Starts a server of one's own on a free port with no data.
   *
   * @throws IllegalStateException if it does not start, with what it wrote
   */
  public RedisServer start() {
    return RedisServer.start(this);
  }

  @Override
  public String toString() {
    return "RedisSetup" + settings;
  }
}
