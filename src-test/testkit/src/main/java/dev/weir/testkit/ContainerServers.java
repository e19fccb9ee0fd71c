package dev.weir.testkit;

import java.util.Map;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The only class that knows Testcontainers, so that nobody else needs it. What it starts is removed
 * by Testcontainers itself at the end of the JVM.
 */
final class ContainerServers {
  private static final int POSTGRES_PORT = 5432;
  private static final int REDIS_PORT = 6379;

  private ContainerServers() {}

  static PostgresServer postgres() {
    String password = UUID.randomUUID().toString();
    var container =
        started(
            "postgres:18-alpine",
            POSTGRES_PORT,
            Map.of("POSTGRES_PASSWORD", password),
            "postgres",
            "-c",
            "max_connections=200",
            "-c",
            "shared_preload_libraries=pg_stat_statements");
    String host = container.getHost();
    int port = container.getMappedPort(POSTGRES_PORT);
    var address = new PostgresAddress(host, port, "postgres", "", "postgres", password);
    return PostgresServer.shared(address);
  }

  static RedisServer redis() {
    var container = started("redis:7-alpine", REDIS_PORT, Map.of(), "redis-server", "--save", "");
    return RedisServer.shared(
        "redis://%s:%d".formatted(container.getHost(), container.getMappedPort(REDIS_PORT)));
  }

  // Closed by Testcontainers' own reaper when this JVM has ended; the servers are shared until
  // then.
  @SuppressWarnings("resource")
  private static GenericContainer<?> started(
      String image, int port, Map<String, String> environment, String... command) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          "-D%s=containers, but no Docker engine answers. Start one, or leave the property out for embedded servers, or name servers in %s and %s."
              .formatted(ServerChoice.PROPERTY, ServerChoice.POSTGRES_URL, ServerChoice.REDIS_URI));
    }
    var container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withExposedPorts(port)
            .withEnv(environment)
            .withCommand(command)
            .waitingFor(
                port == POSTGRES_PORT
                    ? Wait.forLogMessage(".*ready to accept connections.*", 2)
                    : Wait.forListeningPort());
    container.start();
    return container;
  }
}
