package dev.weir.monitoring;

import dev.weir.config.HealthConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.Profile;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.slo.Slo;
import dev.weir.monitoring.slo.Slos;
import dev.weir.monitoring.slo.Subject;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskSettings;
import dev.weir.tasks.event.EventBus;
import dev.weir.tasks.event.EventSeams;
import dev.weir.tasks.event.EventSettings;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All floors below health, wired as the facade wires them, on real servers. */
record House(
    Telemetry telemetry,
    SystemTasks system,
    BackgroundTaskManager tasks,
    EventBus events,
    UnifiedConnectionManager connections)
    implements AutoCloseable {

  private static final Slo CHECKOUT =
      Slo.errors("checkout-works", Subject.operation("checkout")).target(0.9);

  static WeirConfig config(TestDatabase database) {
    return config(database.jdbcUrl(), database.user(), database.password());
  }

  static WeirConfig config(PostgresServer server) {
    return config(server.jdbcUrl("postgres"), server.user(), server.password());
  }

  static WeirConfig config(String url, String user, String password) {
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
    return open(config, Telemetry.open(openTelemetry, config.telemetry()));
  }

  /** As the facade does; others are told the same as the first, and close themselves. */
  static House open(WeirConfig config, Telemetry telemetry, Telemetry... others) {
    List<Telemetry> all = Stream.concat(Stream.of(telemetry), Stream.of(others)).toList();
    SystemTasks system = SystemTasks.open(all.stream().map(Telemetry::systemListener).toList());
    var settings = new TaskSettings(Map.of(), new BulkheadSettings(1, 5), Duration.ofSeconds(1));
    List<ContextCarrier> carriers = List.of(ContextCarrier.mdc(), Telemetry.contextCarrier());
    BackgroundTaskManager tasks =
        BackgroundTaskManager.open(
            settings, system, carriers, all.stream().map(Telemetry::taskListener).toList());
    EventBus events =
        EventBus.open(
            EventSettings.defaults(),
            system,
            EventSeams.none()
                .carriers(carriers)
                .listeners(all.stream().map(Telemetry::eventListener).toList()));
    UnifiedConnectionManager connections =
        UnifiedConnectionManager.open(
            ConnectionSettings.of(config),
            system,
            all.stream().map(Telemetry::poolListener).toList());
    // A cold pool lets its first callers wait for their sockets.
    Await.until(
        Duration.ofSeconds(20),
        "all sockets that are kept",
        () -> connections.snapshot().gate().supply() >= config.pool().min());
    return new House(telemetry, system, tasks, events, connections);
  }

  /** Has its telemetry look at it. */
  void observe(HealthRegistry health) {
    telemetry.observe(observed(health));
  }

  Telemetry.Observed observed(HealthRegistry health) {
    Slos slos = Slos.of(List.of(CHECKOUT));
    slos.operation("checkout").record(Duration.ofMillis(1), false);
    slos.operation("checkout").record(Duration.ofMillis(1), true);
    slos.operation("checkout").record(Duration.ofMillis(1), true);
    return new Telemetry.Observed(connections, tasks, events, health, slos);
  }

  /** The monitors that come with Weir, once a second, each finding of which counts. */
  HealthRegistry watch() {
    return watch(new HealthConfig(Duration.ofSeconds(1), Duration.ofSeconds(1)).fall(1).rise(1));
  }

  /** The monitors that come with Weir. */
  HealthRegistry watch(HealthConfig config) {
    return HealthRegistry.open(
        config, system, monitors(), List.of(), List.of(telemetry.checkListener()));
  }

  List<HealthMonitor> monitors() {
    return Monitors.standard(connections, tasks, system, HealthConfig.defaults());
  }

  @Override
  public void close() {
    connections.close();
    tasks.close();
    events.close();
    system.close();
    telemetry.close();
  }
}
