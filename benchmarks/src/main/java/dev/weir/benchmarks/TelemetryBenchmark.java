package dev.weir.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.benchmarks.load.rivals.Metered;
import dev.weir.monitoring.Telemetry;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskSettings;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What telemetry adds to a session and to a task.
 *
 * <p>{@code none}: nobody listens. {@code idle}: a Weir as it is wired, without an SDK. {@code
 * metrics}: an SDK whose metrics are read every second. The driver does nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TelemetryBenchmark {

  private static final int SIZE = 10;
  private static final int MANY = 500;

  /** Who listens. */
  @Param({"none", "idle", "metrics"})
  public String telemetry = "none";

  private final HikariDataSource hikari = Connections.hikari(new StubDataSource(), SIZE);
  private final Metered metered = new Metered();
  private final SystemTasks system = SystemTasks.open();
  private Wired wired = Wired.with(hikari, system, null);

  /** A pool and tasks that the same telemetry listens to, or none. */
  private record Wired(UnifiedConnectionManager connections, BackgroundTaskManager tasks) {

    static Wired with(
        HikariDataSource source,
        SystemTasks system,
        @org.jspecify.annotations.Nullable OpenTelemetry openTelemetry) {
      var settings =
          new TaskSettings(Map.of(), new BulkheadSettings(SIZE, SIZE), Duration.ofSeconds(5));
      var pool = ConnectionSettings.of(Connections.weir(SIZE)).override(source);
      if (openTelemetry == null) {
        return new Wired(
            UnifiedConnectionManager.open(pool, system, List.of()),
            BackgroundTaskManager.open(settings, system, List.of(ContextCarrier.mdc()), List.of()));
      }
      Telemetry listening = Telemetry.open(openTelemetry);
      return new Wired(
          UnifiedConnectionManager.open(pool, system, List.of(listening.poolListener())),
          BackgroundTaskManager.open(
              settings,
              system,
              List.of(ContextCarrier.mdc(), Telemetry.contextCarrier()),
              List.of(listening.taskListener())));
    }

    void close() {
      connections.close();
      tasks.close();
    }
  }

  /** Chooses. */
  @Setup(Level.Trial)
  public void choose() {
    wired.close();
    wired =
        switch (telemetry) {
          case "idle" -> Wired.with(hikari, system, OpenTelemetry.noop());
          case "metrics" -> Wired.with(hikari, system, metered.openTelemetry());
          default -> Wired.with(hikari, system, null);
        };
  }

  /** One session. */
  @Benchmark
  public int session() {
    return wired.connections.withSession(_ -> 1);
  }

  /** One task, awaited. */
  @Benchmark
  public int task() {
    return wired.tasks.submit("no-op", () -> 1).await();
  }

  /** A task of many that are under way at once: what is paid for each submission. */
  @Benchmark
  @OperationsPerInvocation(MANY)
  public int manyTasks() {
    List<TaskHandle<Integer>> handles = new ArrayList<>(MANY);
    for (int i = 0; i < MANY; i++) {
      handles.add(wired.tasks.submit("no-op", () -> 1));
    }
    int sum = 0;
    for (TaskHandle<Integer> handle : handles) {
      sum += handle.await();
    }
    return sum;
  }

  /** Closes all. */
  @TearDown(Level.Trial)
  public void close() {
    wired.close();
    hikari.close();
    system.close();
    metered.close();
  }
}
