package dev.weir.testkit;

import dev.weir.testkit.process.OwnServer;
import dev.weir.testkit.process.RedisProgram;
import dev.weir.testkit.process.RedisWire;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis: the shared one of {@link TestServers#redis()}, or one's own, which alone can be
 * hurt. Safe for any thread; faults are done one at a time.
 */
public final class RedisServer implements AutoCloseable {
  private final String uri;
  private final RedisWire wire;
  private final @Nullable OwnServer own;

  private RedisServer(String uri, RedisWire wire, @Nullable OwnServer own) {
    this.uri = uri;
    this.wire = wire;
    this.own = own;
  }

  /** Starts a server of one's own by {@link #builder()} as it is. */
  public static RedisServer start() {
    return builder().start();
  }

  /** How an own server shall be set up; no password and nothing on disk unless changed. */
  public static RedisSetup builder() {
    return RedisSetup.defaults();
  }

  static RedisServer start(RedisSetup setup) {
    OwnServer process = RedisProgram.start(setup.settings(), setup.password());
    String uri = uri(process, setup.password());
    return new RedisServer(uri, RedisWire.of(URI.create(uri)), process);
  }

  /** A server that someone else runs, or that all tests of this JVM share. */
  static RedisServer shared(String uri) {
    return new RedisServer(uri, RedisWire.of(URI.create(uri)), null);
  }

  /** A server of this JVM that all its tests share. */
  static RedisServer sharedEmbedded() {
    return shared(start().uri());
  }

  /** Where it listens, with the password if it has one: {@code redis://127.0.0.1:port}. */
  public String uri() {
    return uri;
  }

  /** The address it listens on. */
  public String host() {
    return wire.host();
  }

  /** The port it listens on; the same after a restart. */
  public int port() {
    return wire.port();
  }

  /** Removes all keys of all its databases. */
  public void flush() {
    wire.call("FLUSHALL");
  }

  /** Numbers of its processes, for a test that wants to see them go. */
  public List<Long> pids() {
    return own().pids();
  }

  /** Where its log lies, and its data if it keeps any, until it is closed. */
  public Path directory() {
    return own().directory();
  }

  /** Kills it as a crash would, and returns once its port is free. */
  public void kill() {
    own().kill();
  }

  /** Starts it again on the same port and directory; what it had on disk comes back. */
  public void restart() {
    own().restart();
  }

  /** Freezes it: connections stay, nothing is answered, until {@link #resume()}. */
  public void pause() {
    own().pause();
  }

  /** Lets a frozen server go on. */
  public void resume() {
    own().resume();
  }

  /** Stops it and removes its directory; again and again is harmless. */
  @Override
  public void close() {
    own().close();
  }

  private OwnServer own() {
    if (own == null) {
      throw new UnsupportedOperationException(
          "%s is shared with other tests; hurt or close one of your own: RedisServer.start()"
              .formatted(this));
    }
    return own;
  }

  private static String uri(OwnServer process, String password) {
    String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
    String user = password.isEmpty() ? "" : ":" + encoded + "@";
    return "redis://%s127.0.0.1:%d".formatted(user, process.port());
  }

  @Override
  public String toString() {
    return "Redis at " + host() + ":" + port();
  }
}
