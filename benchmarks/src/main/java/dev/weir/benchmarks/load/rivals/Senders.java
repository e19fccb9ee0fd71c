package dev.weir.benchmarks.load.rivals;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.CircuitRule;
import dev.weir.gate.CircuitSnapshot;
import dev.weir.gate.Retry;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskRun;
import dev.weir.tasks.TaskSettings;
import dev.weir.tasks.failure.FailureSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Who sends mails by a mailer that may fail, each in a way of its own. */
public final class Senders {

  /** Weir's tasks with a retry. */
  public static final String WEIR = "Weir, retry";

  /** Weir's tasks with a retry, behind a circuit. */
  public static final String CIRCUIT = "Weir, retry + circuit";

  /** What everybody writes: a loop with a growing pause, on a virtual thread. */
  public static final String NAIVE = "retry loop, 3 tries";

  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration CAP = Duration.ofSeconds(1);
  private static final int TRIES = 3;
  private static final CircuitRule RULE =
      CircuitRule.usual().openFor(Duration.ofMillis(500), Duration.ofSeconds(2));

  private Senders() {}

  /** Sends one mail some time. */
  public interface Sender extends AutoCloseable {

    /** Whether it was accepted; returns at once. */
    boolean send();

    /** The circuit it stands behind. */
    Optional<CircuitSnapshot> circuit();

    @Override
    void close();
  }

  /** The one of that name. */
  public static Sender of(String name, Mailer mailer) {
    return switch (name) {
      case WEIR -> new Tasks(mailer, Task.named("mail"));
      case CIRCUIT -> new Tasks(mailer, Task.named("mail").circuit("mailer"));
      case NAIVE -> new Loops(mailer);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static final class Tasks implements Sender {

    private final Mailer mailer;
    private final Task task;
    private final SystemTasks system = SystemTasks.open();
    private final BackgroundTaskManager tasks =
        BackgroundTaskManager.open(
            new TaskSettings(
                Map.of(),
                new BulkheadSettings(100, 100),
                Duration.ZERO,
                FailureSettings.usual().circuits(Map.of("mailer", RULE))),
            system,
            List.of(),
            List.of());

    Tasks(Mailer mailer, Task task) {
      this.mailer = mailer;
      this.task = task.retry(Retry.exponential(FIRST, CAP).attempts(TRIES));
    }

    @Override
    public boolean send() {
      try {
        var _ = tasks.run(task, () -> mailer.send(TaskRun.current().attempt()));
        return true;
      } catch (AdmissionRejectedException _) {
        return false;
      }
    }

    @Override
    public Optional<CircuitSnapshot> circuit() {
      return tasks.circuits().stream().findFirst();
    }

    @Override
    public void close() {
      tasks.close();
      system.close();
    }
  }

  private static final class Loops implements Sender {

    private final Mailer mailer;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Loops(Mailer mailer) {
      this.mailer = mailer;
    }

    @Override
    public boolean send() {
      threads.execute(this::tryOn);
      return true;
    }

    private void tryOn() {
      var retry = Retry.exponential(FIRST, CAP).attempts(TRIES);
      for (int attempt = 1; attempt <= TRIES; attempt++) {
        try {
          mailer.send(attempt);
          return;
        } catch (IOException _) {
          LockSupport.parkNanos(retry.delay(attempt, ThreadLocalRandom.current()).toNanos());
        }
      }
    }

    @Override
    public Optional<CircuitSnapshot> circuit() {
      return Optional.empty();
    }

    @Override
    public void close() {
      threads.close();
    }
  }
}
