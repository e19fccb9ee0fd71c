package dev.weir.tasks.shutdown;

import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A service in a JVM of its own, on tasks alone; it says what happens to it. */
final class SignalledService implements SignalTarget {

  private final SystemTasks system = SystemTasks.open();
  private final BackgroundTaskManager tasks =
      BackgroundTaskManager.open(
          new TaskSettings(Map.of(), new BulkheadSettings(4, 4), Duration.ofSeconds(1)),
          system,
          List.of(),
          List.of());
  private final ShutdownSequence sequence =
      new ShutdownSequence(tasks::isInsideTask).here(Phase.TASKS, "tasks", new TaskDrain(tasks));
  private final Duration budget;

  private SignalledService(Duration budget) {
    this.budget = budget;
  }

  /** The first argument says what it has to do when the signal comes. */
  public static void main(String[] arguments) throws InterruptedException {
    switch (arguments[0]) {
      case "well" -> well(new SignalledService(Duration.ofSeconds(30)));
      case "ill" -> ill(new SignalledService(Duration.ofSeconds(2)));
      case "long" -> forLong(new SignalledService(Duration.ofMinutes(5)));
      case "given back" -> givenBack(new SignalledService(Duration.ofSeconds(30)));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    say("ready");
    new CountDownLatch(1).await();
  }

  private static void well(SignalledService service) throws InterruptedException {
    chain("HUP", "a handler from before hears HUP");
    chain("TERM", "a handler from before hears TERM");
    ProcessSignals.take(service);
    service.start(() -> service.sequence.progress().isPresent());
  }

  private static void ill(SignalledService service) throws InterruptedException {
    ProcessSignals.take(service);
    service.sequence.add(
        Participant.named("hung", Phase.REFUSE, _ -> until(() -> false))
            .atMost(Duration.ofMillis(300)));
    service.start(() -> false);
  }

  private static void forLong(SignalledService service) throws InterruptedException {
    ProcessSignals.take(service);
    service.start(() -> false);
  }

  private static void givenBack(SignalledService service) throws InterruptedException {
    Registration first = ProcessSignals.take(service);
    Registration second = ProcessSignals.take(service);
    first.withdraw();
    chain("HUP", "a handler from after hears HUP");
    second.withdraw();
    second.withdraw();
    service.start(() -> false);
  }

  /** A handler of the service's own. */
  private static void chain(String name, String words) {
    OsSignals os = OsSignals.find().orElseThrow();
    os.put(name, os.handler(_ -> say(words)));
  }

  private void start(Condition ended) throws InterruptedException {
    var begun = new CountDownLatch(1);
    tasks.run(
        "letters",
        () -> {
          begun.countDown();
          until(ended);
          say("the task has ended");
        });
    begun.await();
  }

  private interface Condition {
    boolean holds();
  }

  /** Deaf to interrupts, and without a sleep. */
  private static void until(Condition condition) {
    while (!condition.holds()) {
      LockSupport.parkNanos(1_000_000);
      Thread.interrupted();
    }
  }

  private static void say(String words) {
    System.out.println(words);
    System.out.flush();
  }

  @Override
  public boolean stop(String signal) {
    say("stopping by " + signal);
    StopReport report = sequence.stop(signal, budget).orElseThrow();
    LastWords.say(report.text());
    return report.isClean();
  }

  @Override
  public String status() {
    return "so many tasks: " + tasks.tasks().size();
  }

  @Override
  public void reload() {
    say("reloaded");
  }
}
