package dev.weir.redis;

import dev.weir.config.RedisConfig;
import dev.weir.tasks.SystemTasks;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of a service to Redis, shared by all its threads.
 *
 * <p>Opened on first use, so that a service without Redis never pays for it. Commands of many
 * threads are pipelined over one socket; a command waits at most {@code redis.timeout}; while the
 * server is away at most {@value RedisLink#QUEUE} commands wait for it and further ones fail at
 * once. The commands are those that a single server and a cluster have in common. Safe for use by
 * many threads.
 */
public final class Redis implements AutoCloseable {

  private final RedisConfig config;
  private final SystemTasks system;
  private final AtomicReference<@Nullable CompletableFuture<Attempt>> opened =
      new AtomicReference<>();
  private volatile boolean closed;

  private Redis(RedisConfig config, SystemTasks system) {
    this.config = config;
    this.system = system;
  }

  /** Redis as configured; nothing is opened yet. */
  public static Redis of(RedisConfig config, SystemTasks system) {
    return new Redis(
        Objects.requireNonNull(config, "config"), Objects.requireNonNull(system, "system"));
  }

  /**
   * Commands that wait for their reply.
   *
   * @throws IllegalStateException if {@code redis.uri} is not set, or after close
   * @throws RedisUnavailableException if the server cannot be reached
   */
  public RedisClusterCommands<String, String> sync() {
    return link().sync();
  }

  /**
   * Commands that answer by a future.
   *
   * @throws IllegalStateException if {@code redis.uri} is not set, or after close
   * @throws RedisUnavailableException if the server cannot be reached
   */
  public RedisClusterAsyncCommands<String, String> async() {
    return link().async();
  }

  /** Whether {@code redis.uri} is set. */
  public boolean isConfigured() {
    return config.uri() != null;
  }

  /** Whether the connection has been opened: someone has used it and it was not closed since. */
  public boolean isOpen() {
    CompletableFuture<Attempt> attempt = opened.get();
    return attempt != null && attempt.isDone();
  }

  /** Host, port and database for people to read, without user or password. */
  public String target() {
    String uri = config.uri();
    return uri == null ? "no server" : RedisLink.target(uri);
  }

  private RedisLink link() {
    CompletableFuture<Attempt> attempt = opened.get();
    return (attempt != null ? attempt : open()).join().linkOrThrow(this);
  }

  /** One attempt at a time: callers that come meanwhile share its outcome, good or bad. */
  private CompletableFuture<Attempt> open() {
    String uri = usableUri();
    var mine = new CompletableFuture<Attempt>();
    CompletableFuture<Attempt> other = opened.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    try {
      // On a thread of our own: an interrupt of one caller is no reason to fail the others.
      system.submit("redis-connect", () -> settle(mine, connect(uri)));
    } catch (RuntimeException refused) {
      settle(mine, new Attempt(null, refused));
    }
    return mine;
  }

  private boolean settle(CompletableFuture<Attempt> mine, Attempt outcome) {
    if (outcome.failure() != null) {
      opened.compareAndSet(mine, null);
    }
    mine.complete(outcome);
    if (closed) {
      close();
    }
    return true;
  }

  private String usableUri() {
    String uri = config.uri();
    if (closed) {
      throw new IllegalStateException("Redis at " + target() + " was used after close.");
    }
    if (uri == null) {
      throw new IllegalStateException(
          "Redis is not configured: set redis.uri (WEIR_REDIS_URI), for example"
              + " redis://localhost:6379.");
    }
    return uri;
  }

  private Attempt connect(String uri) {
    try {
      var link = RedisLink.open(uri, config.timeout(), system.platformThreads("weir-redis"));
      return new Attempt(link, null);
    } catch (Throwable failure) {
      // Whatever it was, those who wait for this attempt must hear of it.
      return new Attempt(null, failure);
    }
  }

  /** What came of an attempt to connect: the link, or why there is none. */
  private record Attempt(@Nullable RedisLink link, @Nullable Throwable failure) {

    RedisLink linkOrThrow(Redis redis) {
      if (link != null) {
        return link;
      }
      throw RedisUnavailableException.of(redis.target(), redis.config.timeout(), failure);
    }
  }

  /**
   * Closes the connection if it was opened; waits for an attempt that is under way. Closing twice
   * is harmless.
   */
  @Override
  public void close() {
    closed = true;
    CompletableFuture<Attempt> attempt = opened.getAndSet(null);
    if (attempt != null) {
      RedisLink link = attempt.join().link();
      if (link != null) {
        link.close();
      }
    }
  }
}
