package dev.weir.tasks;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What became of the tasks that were there when the manager drained or closed. Immutable.
 *
 * @param drained tasks that ended by themselves in time
 * @param interrupted names of the tasks that were running when time ran out and were interrupted
 * @param unstarted names of the tasks that were still queued then and will never run
 * @param left the tasks whose bodies had not ended at the return, the first thousand with their
 *     stacks of that moment
 * @param took how long it took
 */
public record ShutdownReport(
    long drained,
    List<String> interrupted,
    List<String> unstarted,
    List<TaskInfo> left,
    Duration took) {

  private static final int MOST_NAMES = 20;

  /** Copies the lists. */
  public ShutdownReport {
    interrupted = List.copyOf(interrupted);
    unstarted = List.copyOf(unstarted);
    left = List.copyOf(left);
    Objects.requireNonNull(took, "took");
  }

  /** Whether every task ended by itself. */
  public boolean isClean() {
    return interrupted.isEmpty() && unstarted.isEmpty() && left.isEmpty();
  }

  /** One line for people: names with how many bear them, the most frequent ones first. */
  public String text() {
    return "%,d ended by themselves; interrupted: %s; never started: %s; not ended: %s; took %d ms"
        .formatted(
            drained,
            counted(interrupted),
            counted(unstarted),
            counted(left.stream().map(TaskInfo::name).toList()),
            took.toMillis());
  }

  private static String counted(List<String> names) {
    Map<String, Long> counts =
        names.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    String shown =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_NAMES)
            .map(
                it ->
                    it.getValue() == 1
                        ? it.getKey()
                        : "%s (%,d)".formatted(it.getKey(), it.getValue()))
            .collect(Collectors.joining(", "));
    int rest = counts.size() - MOST_NAMES;
    return shown.isEmpty()
        ? "none"
        : rest <= 0 ? shown : "%s and %,d other names".formatted(shown, rest);
  }
}
