package dev.weir.tasks;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A task that is queued or whose body runs, at the moment of asking. Immutable.
 *
 * @param name its name
 * @param id its number
 * @param status where it stands; {@link TaskStatus#CANCELLED} here means that its body has not
 *     ended yet
 * @param age since its submission
 * @param bulkhead the bulkhead whose permit it holds or waits for
 * @param trace where its thread is, found out when asked; {@link #stack()} asks
 */
public record TaskInfo(
    String name,
    long id,
    TaskStatus status,
    Duration age,
    Optional<String> bulkhead,
    Supplier<List<StackTraceElement>> trace) {

  /** No part may be null. */
  public TaskInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(age, "age");
    Objects.requireNonNull(bulkhead, "bulkhead");
    Objects.requireNonNull(trace, "trace");
  }

  /**
   * What its thread is doing, innermost call first; empty if it has none. Costs a walk of the stack
   * at each call, but for the tasks left in a {@link ShutdownReport}, which remember it.
   */
  public List<StackTraceElement> stack() {
    return trace.get();
  }
}
