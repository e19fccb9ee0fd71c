package dev.weir.tasks.flow;

import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskSettings;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** A manager with what it stands on, closed in order. */
public final class House implements AutoCloseable {

  private static final BulkheadSettings ROOMY = new BulkheadSettings(4, 10_000);

  final SystemTasks system;
  public final BackgroundTaskManager tasks;

  private House(SystemTasks system) {
    this.system = system;
    this.tasks =
        BackgroundTaskManager.open(
            new TaskSettings(
                Map.of("one", new BulkheadSettings(1, 10_000), "none", new BulkheadSettings(1, 0)),
                ROOMY,
                Duration.ofSeconds(10)),
            system,
            List.of(),
            List.of());
  }

  /** With the bulkheads "one", of one permit, and "none", of one permit and no queue. */
  public static House open() {
    return new House(SystemTasks.open());
  }

  static House open(SettableTime time) {
    return new House(SystemTasks.open(List.of(), time.scheduler(), time, time::nanos));
  }

  @Override
  public void close() {
    tasks.close(Duration.ZERO);
    system.close();
  }

  /** Waits for what another thread is about to do. */
  public static void until(String what, BooleanSupplier condition) {
    Await.until(Duration.ofSeconds(30), what, condition);
  }

  /** Waits at a gate that interrupts do not open. */
  static void deafUntil(CountDownLatch open) {
    boolean interrupted = false;
    while (true) {
      try {
        open.await();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
