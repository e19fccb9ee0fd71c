package dev.weir.monitoring;

import dev.weir.config.HealthConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.Profile;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskSettings;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** All floors below health, wired as the facade wires them, on real servers. */
record House(
    Telemetry telemetry,
    SystemTasks system,
    BackgroundTaskManager tasks,
    UnifiedConnectionManager connections)
    implements AutoCloseable {

  static WeirConfig config(TestDatabase database) {
    return config(database.jdbcUrl(), database.user(), database.password());
  }

  static WeirConfig config(PostgresServer server) {
    return config(server.jdbcUrl("postgres"), server.user(), server.password());
  }

  private static WeirConfig config(String url, String user, String password) {
    WeirConfig config = WeirConfig.defaults(Profile.TEST);
    return config
        .postgres(
            config
                .postgres()
                .url(url)
                .user(user)
                .password(Secret.of(password))
                .connectTimeout(Duration.ofSeconds(2)))
        .pool(new PoolConfig(4, 4, Duration.ofSeconds(10)));
  }

  static House open(WeirConfig config) {
    return open(config, OpenTelemetry.noop());
  }

  static House open(WeirConfig config, OpenTelemetry openTelemetry) {
    Telemetry telemetry = Telemetry.open(openTelemetry);
    SystemTasks system = SystemTasks.open(List.of(telemetry.taskListener()));
    var settings = new TaskSettings(Map.of(), new BulkheadSettings(1, 5), Duration.ofSeconds(1));
    BackgroundTaskManager tasks =
        BackgroundTaskManager.open(settings, system, List.of(), List.of(telemetry.taskListener()));
    UnifiedConnectionManager connections =
        UnifiedConnectionManager.open(
            ConnectionSettings.of(config), system, List.of(telemetry.poolListener()));
    // A cold pool lets its first callers wait for their sockets.
    Await.until(
        Duration.ofSeconds(20),
        "all sockets that are kept",
        () -> connections.snapshot().gate().supply() >= config.pool().min());
    return new House(telemetry, system, tasks, connections);
  }

  /** The monitors that come with Weir, once a second. */
  HealthRegistry watch() {
    return HealthRegistry.open(
        new HealthConfig(Duration.ofSeconds(1), Duration.ofSeconds(1)),
        system,
        Monitors.standard(connections, tasks));
  }

  @Override
  public void close() {
    connections.close();
    tasks.close();
    system.close();
    telemetry.close();
  }
}
