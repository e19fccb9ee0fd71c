package dev.weir.benchmarks.load.rivals;

import dev.weir.monitoring.Telemetry;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskSettings;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A task manager as a Weir wires it: with MDC and trace carried and telemetry listening. */
public final class WeirTasks implements AutoCloseable {

  private final Telemetry telemetry;
  private final SystemTasks system;
  private final BackgroundTaskManager tasks;

  /**
   * Opens one.
   *
   * @param bulkhead what each bulkhead is like
   */
  public WeirTasks(BulkheadSettings bulkhead, OpenTelemetry openTelemetry) {
    telemetry = Telemetry.open(openTelemetry);
    system = SystemTasks.open(List.of(telemetry.systemListener()));
    tasks =
        BackgroundTaskManager.open(
            new TaskSettings(Map.of(), bulkhead, Duration.ofSeconds(5)),
            system,
            List.of(ContextCarrier.mdc(), Telemetry.contextCarrier()),
            List.of(telemetry.taskListener()));
  }

  /** It. */
  public BackgroundTaskManager tasks() {
    return tasks;
  }

  @Override
  public void close() {
    tasks.close(Duration.ZERO);
    system.close();
    telemetry.close();
  }
}
