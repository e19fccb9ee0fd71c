package dev.weir.benchmarks;

import dev.weir.monitoring.Telemetry;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Start a task that does nothing and wait for its result, alone and a thousand at a time.
 *
 * <p>{@code jdk} is {@code Executors.newVirtualThreadPerTaskExecutor()}. {@code weir} is {@code
 * BackgroundTaskManager.submit} as a Weir wires it: a name, a handle, an entry in the list of live
 * tasks, the MDC carried and telemetry listening.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class SubmitBenchmark {

  private static final int BATCH = 1_000;

  private final ExecutorService jdk = Executors.newVirtualThreadPerTaskExecutor();
  private final Telemetry telemetry = Telemetry.open(OpenTelemetry.noop());
  private final SystemTasks system = SystemTasks.open(List.of(telemetry.taskListener()));
  private final BackgroundTaskManager weir =
      BackgroundTaskManager.open(
          new TaskSettings(Map.of(), new BulkheadSettings(BATCH, BATCH), Duration.ofSeconds(5)),
          system,
          List.of(ContextCarrier.mdc()),
          List.of(telemetry.taskListener()));

  /** One, by the JDK. */
  @Benchmark
  public int jdkOne() throws ExecutionException, InterruptedException {
    return jdk.submit(() -> 1).get();
  }

  /** One, by Weir. */
  @Benchmark
  public int weirOne() {
    return weir.submit("no-op", () -> 1).await();
  }

  /** A thousand in flight, by the JDK. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int jdkThousand() throws ExecutionException, InterruptedException {
    var all = new ArrayList<Future<Integer>>(BATCH);
    for (int i = 0; i < BATCH; i++) {
      all.add(jdk.submit(() -> 1));
    }
    int sum = 0;
    for (Future<Integer> one : all) {
      sum += one.get();
    }
    return sum;
  }

  /** A thousand in flight, by Weir. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int weirThousand() {
    var all = new ArrayList<TaskHandle<Integer>>(BATCH);
    for (int i = 0; i < BATCH; i++) {
      all.add(weir.submit("no-op", () -> 1));
    }
    int sum = 0;
    for (TaskHandle<Integer> one : all) {
      sum += one.await();
    }
    return sum;
  }

  /** Ends both. */
  @TearDown
  public void close() {
    jdk.close();
    weir.close();
    system.close();
    telemetry.close();
  }
}
