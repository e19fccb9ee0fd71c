package dev.weir;

import dev.weir.config.HealthConfig;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.HealthEndpoint;
import dev.weir.monitoring.HealthRegistry;
import dev.weir.monitoring.Telemetry;
import dev.weir.monitoring.slo.Slos;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.event.EventBus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every floor, opened from the bottom up and wired: all of them or none.
 *
 * @param endpoint null unless the settings ask for one
 * @param ownPool whether the sockets are Weir's; false on a data source that the service brought
 * @param opened closes them in reverse if the start fails after all
 */
record Floors(
    WeirConfig config,
    Telemetry telemetry,
    SystemTasks system,
    BackgroundTaskManager tasks,
    EventBus events,
    UnifiedConnectionManager connections,
    HealthRegistry health,
    Oversight oversight,
    @Nullable HealthEndpoint endpoint,
    boolean ownPool,
    CloseStack opened) {

  private static final Logger LOG = LoggerFactory.getLogger(Weir.class);

  static Floors open(WeirBuilder builder) {
    WeirConfig config = builder.configured();
    config.notes().forEach(LOG::info);
    config.warnings().forEach(LOG::warn);
    var opened = new CloseStack();
    try {
      return open(builder, config, opened);
    } catch (Throwable failure) {
      opened.closeAfter(failure);
      throw failure;
    }
  }

  /** Whether the calling thread runs a task that this Weir waits for, or one of its own. */
  boolean isUnderWay() {
    return tasks.isInsideTask() || system.isInsideTask();
  }

  private static Floors open(WeirBuilder builder, WeirConfig config, CloseStack opened) {
    var telemetry = opened.open("telemetry", () -> builder.telemetry(config.telemetry()));
    opened.next("objectives");
    Slos slos = Slos.of(builder.slos);
    var wires = new Wires(builder, config, telemetry, slos);
    var system = opened.open("system tasks", wires::system);
    var tasks = opened.open("tasks", () -> wires.tasks(system));
    var transactions = new Transactions();
    var events = opened.open("events", () -> wires.events(system, transactions));
    var connections = opened.open("connections", () -> wires.connections(system));
    transactions.of(connections);
    var health = opened.open("health", () -> wires.health(connections, tasks, system));
    var judged = new Oversight.Parts(system, tasks, connections, health);
    var oversight = opened.open("oversight", () -> Oversight.open(builder, config, slos, judged));
    telemetry.observe(new Telemetry.Observed(connections, tasks, events, health, slos));
    HealthConfig.Endpoint asked = config.health().endpoint();
    HealthEndpoint endpoint =
        asked.port() == null
            ? null
            : opened.open("health endpoint", () -> wires.endpoint(asked, system, health));
    return new Floors(
        config,
        telemetry,
        system,
        tasks,
        events,
        connections,
        health,
        oversight,
        endpoint,
        builder.dataSource == null,
        opened);
  }
}
