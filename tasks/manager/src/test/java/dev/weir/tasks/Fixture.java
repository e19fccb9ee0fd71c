package dev.weir.tasks;

import dev.weir.tasks.failure.FailureSettings;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** A manager with what it stands on, closed in order. */
final class Fixture implements AutoCloseable {

  static final BulkheadSettings ROOMY = new BulkheadSettings(4, 100);

  final SystemTasks system;
  final BackgroundTaskManager tasks;

  private Fixture(SystemTasks system, BackgroundTaskManager tasks) {
    this.system = system;
    this.tasks = tasks;
  }

  static Fixture open(ContextCarrier... carriers) {
    return on(SystemTasks.open(), List.of(), Map.of(), carriers);
  }

  static Fixture open(
      TaskListener listener, Map<String, BulkheadSettings> bulkheads, ContextCarrier... carriers) {
    return on(SystemTasks.open(), List.of(listener), bulkheads, carriers);
  }

  static Fixture open(Map<String, BulkheadSettings> bulkheads) {
    return on(SystemTasks.open(), List.of(), bulkheads);
  }

  static Fixture open(List<TaskListener> listeners) {
    return on(SystemTasks.open(), listeners, Map.of());
  }

  static Fixture open(SettableTime time) {
    return on(
        SystemTasks.open(List.of(), time.scheduler(), time, time::nanos), List.of(), Map.of());
  }

  static Fixture open(SettableTime time, TaskListener listener) {
    return on(
        SystemTasks.open(List.of(), time.scheduler(), time, time::nanos),
        List.of(listener),
        Map.of("one", new BulkheadSettings(1, 10)));
  }

  static Fixture open(FailureSettings failure) {
    return on(SystemTasks.open(), List.of(), Map.of(), failure);
  }

  static Fixture open(SettableTime time, FailureSettings failure, TaskListener... listeners) {
    return on(
        SystemTasks.open(List.of(), time.scheduler(), time, time::nanos),
        List.of(listeners),
        Map.of("one", new BulkheadSettings(1, 1)),
        failure);
  }

  private static Fixture on(
      SystemTasks system,
      List<TaskListener> listeners,
      Map<String, BulkheadSettings> bulkheads,
      ContextCarrier... carriers) {
    return on(system, listeners, bulkheads, FailureSettings.usual(), carriers);
  }

  private static Fixture on(
      SystemTasks system,
      List<TaskListener> listeners,
      Map<String, BulkheadSettings> bulkheads,
      FailureSettings failure,
      ContextCarrier... carriers) {
    var settings = new TaskSettings(bulkheads, ROOMY, Duration.ofSeconds(10), failure);
    return new Fixture(
        system, BackgroundTaskManager.open(settings, system, List.of(carriers), listeners));
  }

  @Override
  public void close() {
    tasks.close(Duration.ZERO);
    system.close();
  }

  /** Waits for what another thread is about to do. */
  static void until(String what, BooleanSupplier condition) {
    Await.until(Duration.ofSeconds(20), what, condition);
  }

  /**
   * Lets time pass step by step while the task waits for its next try, until this holds. It says so
   * before its wake-up is in line: a single step may come too early.
   */
  static void passUntil(
      String what, SettableTime time, Duration step, TaskHandle<?> task, BooleanSupplier holds) {
    until(
        what,
        () -> {
          if (task.status() == TaskStatus.RETRYING) {
            time.advance(step);
          }
          return holds.getAsBoolean();
        });
  }

  /** As above, until the task is done. */
  static void passUntilDone(SettableTime time, Duration step, TaskHandle<?> task) {
    passUntil("the end of " + task, time, step, task, () -> task.status().isDone());
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
