package dev.weir.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** An open connection to one server, with the client and the threads that belong to it. */
final class RedisLink {

  /** Commands that may wait for a server that is away; keeps memory bounded. */
  static final int QUEUE = 10_000;

  private final ClientResources resources;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  private RedisLink(
      ClientResources resources,
      RedisClient client,
      StatefulRedisConnection<String, String> connection) {
    this.resources = resources;
    this.client = client;
    this.connection = connection;
  }

  static RedisLink open(String uri, Duration timeout, ThreadFactory threads) {
    var address = RedisURI.create(uri);
    address.setTimeout(timeout);
    var resources = ClientResources.builder().threadFactoryProvider(_ -> threads).build();
    var client = RedisClient.create(resources, address);
    client.setOptions(options(timeout));
    try {
      return new RedisLink(resources, client, client.connect());
    } catch (RuntimeException failure) {
      shutdown(client, resources);
      throw failure;
    }
  }

  static String target(String uri) {
    var address = RedisURI.create(uri);
    return "%s:%d/%d".formatted(address.getHost(), address.getPort(), address.getDatabase());
  }

  private static ClientOptions options(Duration timeout) {
    return ClientOptions.builder()
        .requestQueueSize(QUEUE)
        .timeoutOptions(TimeoutOptions.enabled(timeout))
        .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
        .build();
  }

  RedisClusterCommands<String, String> sync() {
    return connection.sync();
  }

  RedisClusterAsyncCommands<String, String> async() {
    return connection.async();
  }

  void close() {
    shutdown(client, resources);
  }

  /** Ends client and threads even if the calling thread is interrupted, as a cancelled check is. */
  private static void shutdown(RedisClient client, ClientResources resources) {
    try {
      client.shutdownAsync(0, 2, TimeUnit.SECONDS).join();
    } finally {
      resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
  }
}
