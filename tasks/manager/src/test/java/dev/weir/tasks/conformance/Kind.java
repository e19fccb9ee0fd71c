package dev.weir.tasks.conformance;

import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The executors that are asked. */
enum Kind {
  VIRTUAL_THREADS(Executors::newVirtualThreadPerTaskExecutor),
  POOL_OF_FOUR(() -> Executors.newFixedThreadPool(4)),
  POOL_OF_ONE(Kind::poolOfOne),
  SCHEDULED_POOL(() -> new ScheduledThreadPoolExecutor(4)),
  WEIR(tasks -> tasks.executor("roomy")),
  WEIR_BOUNDED(tasks -> tasks.executor("four")),
  WEIR_ONE(tasks -> tasks.executor("one")),
  WEIR_SCHEDULED(tasks -> tasks.scheduledExecutor("four"));

  /** How many commands wait behind one that runs alone. */
  static final int QUEUE = 100;

  private static final TaskSettings SETTINGS =
      new TaskSettings(
          Map.of("four", new BulkheadSettings(4, QUEUE), "one", new BulkheadSettings(1, QUEUE)),
          new BulkheadSettings(1_000, 10_000),
          Duration.ofSeconds(10));

  @SuppressWarnings("ImmutableEnumChecker") // it keeps nothing: each call opens another
  private final Supplier<Subject> source;

  Kind(Supplier<ExecutorService> jdk) {
    this.source = () -> new Subject(jdk.get(), () -> {});
  }

  Kind(Function<BackgroundTaskManager, ? extends ExecutorService> view) {
    this.source = () -> ours(view);
  }

  private static ExecutorService poolOfOne() {
    return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE));
  }

  private static Subject ours(Function<BackgroundTaskManager, ? extends ExecutorService> view) {
    SystemTasks system = SystemTasks.open();
    var tasks = BackgroundTaskManager.open(SETTINGS, system, List.of(), List.of());
    return new Subject(
        view.apply(tasks),
        () -> {
          tasks.close(Duration.ZERO);
          system.close();
        });
  }

  Subject open() {
    return source.get();
  }

  /**
   * An executor with what it stands on.
   *
   * @param executor what is asked
   * @param below closed after it
   */
  record Subject(ExecutorService executor, Runnable below) implements Executor, AutoCloseable {

    @Override
    public void execute(Runnable command) {
      executor.execute(command);
    }

    /** Ends it without waiting for what a test has left behind. */
    @Override
    public void close() {
      var _ = executor.shutdownNow();
      below.run();
    }
  }
}
