package dev.weir.tasks.shutdown;

import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.ShutdownReport;
import dev.weir.tasks.TaskInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The step that lets a manager's tasks end and names each that does not. A task that has called
 * {@code System.exit} is not waited for: it waits for us. Immutable.
 *
 * @param tasks whose tasks
 */
public record TaskDrain(BackgroundTaskManager tasks) implements Participant.Action {

  /** What the manager gives interrupted tasks beyond the time it is given. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final Duration FIRST_LOOK = Duration.ofMillis(100);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int FRAMES = 3;

  /** The manager may not be null. */
  public TaskDrain {
    Objects.requireNonNull(tasks, "tasks");
  }

  @Override
  public void stop(Stop stop) {
    tasks.stopAccepting();
    Duration look = FIRST_LOOK;
    while (timeLeft(stop).isPositive()) {
      List<TaskInfo> left = tasks.drain(min(look, timeLeft(stop))).left();
      if (left.stream().allMatch(TaskDrain::waitsForTheExit)
          || Thread.currentThread().isInterrupted()) {
        break;
      }
      look = LOOK;
    }
    lines(tasks.close(Duration.ZERO)).forEach(stop::left);
  }

  private static Duration timeLeft(Stop stop) {
    return stop.remaining().minus(GRACE);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static boolean waitsForTheExit(TaskInfo task) {
    return task.stack().stream()
        .anyMatch(
            frame ->
                frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit"));
  }

  /** One line for each task that still runs, and one for each name of those that are over. */
  static List<String> lines(ShutdownReport report) {
    List<String> lines = new ArrayList<>();
    List<String> interrupted = new ArrayList<>(report.interrupted());
    for (TaskInfo task : report.left()) {
      lines.add(line(task));
      interrupted.remove(task.name());
    }
    named(interrupted, "was interrupted, and ended").forEach(lines::add);
    named(report.unstarted(), "was queued, and never began").forEach(lines::add);
    return lines;
  }

  private static String line(TaskInfo task) {
    String where =
        task.stack().stream()
            .limit(FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < "));
    return "task '%s' (%d) was interrupted, and still runs after %s, at %s"
        .formatted(
            task.name(),
            task.id(),
            StepReport.seconds(task.age()),
            where.isEmpty() ? "no known place" : where);
  }

  private static List<String> named(List<String> names, String fate) {
    Map<String, Long> counts =
        names.stream()
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(
            entry ->
                "task '%s' %s%s"
                    .formatted(
                        entry.getKey(),
                        fate,
                        entry.getValue() == 1 ? "" : " (%d of them)".formatted(entry.getValue())))
        .toList();
  }
}
