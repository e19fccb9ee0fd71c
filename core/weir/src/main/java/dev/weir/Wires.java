package dev.weir;

import dev.weir.config.BulkheadConfig;
import dev.weir.config.EventsConfig;
import dev.weir.config.HealthConfig;
import dev.weir.config.TasksConfig;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.HealthEndpoint;
import dev.weir.monitoring.HealthRegistry;
import dev.weir.monitoring.Monitors;
import dev.weir.monitoring.Telemetry;
import dev.weir.monitoring.slo.Slos;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.PoolListener;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskListener;
import dev.weir.tasks.TaskSettings;
import dev.weir.tasks.event.EventBus;
import dev.weir.tasks.event.EventListener;
import dev.weir.tasks.event.EventSeams;
import dev.weir.tasks.event.EventSettings;
import dev.weir.tasks.event.Workers;
import dev.weir.tasks.failure.FailureSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens each floor with what settings and builder say of it. */
record Wires(WeirBuilder builder, WeirConfig config, Telemetry telemetry, Slos slos) {

  private static final String DEFAULT = "default";

  SystemTasks system() {
    return SystemTasks.open(to(telemetry.systemListener()));
  }

  BackgroundTaskManager tasks(SystemTasks system) {
    return BackgroundTaskManager.open(
        taskSettings(), system, builder.carriers, to(telemetry.taskListener()));
  }

  EventBus events(SystemTasks system, Transactions transactions) {
    return EventBus.open(eventSettings(), system, seams(transactions));
  }

  UnifiedConnectionManager connections(SystemTasks system) {
    return UnifiedConnectionManager.open(connectionSettings(), system, poolListeners());
  }

  HealthRegistry health(
      UnifiedConnectionManager connections, BackgroundTaskManager tasks, SystemTasks system) {
    var monitors = new ArrayList<>(Monitors.standard(connections, tasks, system, config.health()));
    monitors.addAll(builder.monitors);
    return HealthRegistry.open(
        config.health(),
        system,
        monitors,
        builder.healthListeners,
        List.of(telemetry.checkListener()));
  }

  HealthEndpoint endpoint(HealthConfig.Endpoint asked, SystemTasks system, HealthRegistry health) {
    return HealthEndpoint.open(asked, system, health, telemetry::prometheus);
  }

  /** The builder's, this one, and that of the objectives. */
  private List<TaskListener> to(TaskListener ofTelemetry) {
    var all = new ArrayList<TaskListener>(builder.taskListeners);
    all.add(ofTelemetry);
    all.add(slos.taskListener());
    return all;
  }

  private List<PoolListener> poolListeners() {
    var all = new ArrayList<PoolListener>(builder.poolListeners);
    all.add(telemetry.poolListener());
    all.add(slos.poolListener());
    return all;
  }

  private EventSeams seams(Transactions transactions) {
    var listeners = new ArrayList<EventListener>(builder.eventListeners);
    listeners.add(telemetry.eventListener());
    return EventSeams.none()
        .carriers(builder.carriers)
        .listeners(listeners)
        .transaction(transactions);
  }

  private ConnectionSettings connectionSettings() {
    return ConnectionSettings.of(config)
        .override(builder.dataSource)
        .traceParent(Telemetry::traceParent)
        .ambient(builder.ambient)
        .watch(builder.watch);
  }

  private TaskSettings taskSettings() {
    Map<String, BulkheadSettings> bulkheads = new HashMap<>();
    config.bulkheads().forEach((name, bulkhead) -> bulkheads.put(name, settings(bulkhead)));
    bulkheads.remove(DEFAULT);
    return new TaskSettings(
        bulkheads, settings(config.bulkhead(DEFAULT)), config.shutdown().budget(), failure());
  }

  private FailureSettings failure() {
    TasksConfig tasks = config.tasks();
    FailureSettings configured =
        FailureSettings.usual()
            .deadLetters(tasks.deadLetters())
            .history(tasks.history(), tasks.historyAge())
            .stuckAfter(tasks.stuckAfter());
    return builder.failure.apply(configured);
  }

  private EventSettings eventSettings() {
    EventsConfig events = config.events();
    EventSettings preset = EventSettings.defaults();
    int max = events.workers();
    return preset
        .queue(events.queue())
        .history(events.history())
        .workers(new Workers(Math.min(max, preset.workers().min()), max));
  }

  private static BulkheadSettings settings(BulkheadConfig bulkhead) {
    return new BulkheadSettings(bulkhead.limit(), bulkhead.queue());
  }
}
