package dev.weir;

import dev.weir.config.BulkheadConfig;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.HealthRegistry;
import dev.weir.monitoring.Monitors;
import dev.weir.monitoring.Telemetry;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.PoolListener;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskListener;
import dev.weir.tasks.TaskSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every floor, opened from the bottom up and wired: all of them or none.
 *
 * @param ownPool whether the sockets are Weir's; false on a data source that the service brought
 * @param opened closes them in reverse: health, pool, tasks, system tasks, telemetry
 */
record Floors(
    WeirConfig config,
    Telemetry telemetry,
    SystemTasks system,
    BackgroundTaskManager tasks,
    UnifiedConnectionManager connections,
    HealthRegistry health,
    boolean ownPool,
    CloseStack opened) {

  private static final Logger LOG = LoggerFactory.getLogger(Weir.class);
  private static final String DEFAULT = "default";

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
    var telemetry = opened.push(Telemetry.open(builder.telemetry()));
    List<TaskListener> taskListeners = taskListeners(builder, telemetry);
    var system = opened.push(SystemTasks.open(taskListeners));
    var tasks =
        opened.push(
            BackgroundTaskManager.open(
                taskSettings(config), system, builder.carriers, taskListeners));
    var connections =
        opened.push(
            UnifiedConnectionManager.open(
                ConnectionSettings.of(config)
                    .override(builder.dataSource)
                    .traceParent(Telemetry::traceParent),
                system,
                poolListeners(builder, telemetry)));
    var monitors = new ArrayList<>(Monitors.standard(connections, tasks));
    monitors.addAll(builder.monitors);
    var health = opened.push(HealthRegistry.open(config.health(), system, monitors));
    telemetry.observe(connections, tasks, health);
    return new Floors(
        config, telemetry, system, tasks, connections, health, builder.dataSource == null, opened);
  }

  private static List<PoolListener> poolListeners(WeirBuilder builder, Telemetry telemetry) {
    var all = new ArrayList<PoolListener>(builder.poolListeners);
    all.add(telemetry.poolListener());
    return all;
  }

  private static List<TaskListener> taskListeners(WeirBuilder builder, Telemetry telemetry) {
    var all = new ArrayList<TaskListener>(builder.taskListeners);
    all.add(telemetry.taskListener());
    return all;
  }

  private static TaskSettings taskSettings(WeirConfig config) {
    Map<String, BulkheadSettings> bulkheads = new HashMap<>();
    config.bulkheads().forEach((name, bulkhead) -> bulkheads.put(name, settings(bulkhead)));
    bulkheads.remove(DEFAULT);
    return new TaskSettings(
        bulkheads, settings(config.bulkhead(DEFAULT)), config.shutdown().budget());
  }

  private static BulkheadSettings settings(BulkheadConfig bulkhead) {
    return new BulkheadSettings(bulkhead.limit(), bulkhead.queue());
  }
}
