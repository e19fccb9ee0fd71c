package dev.weir.pool;

import dev.weir.pool.socket.PhysicalConnection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A connection that somebody has borrowed, at the moment of asking. Immutable.
 *
 * @param lane the lane whose permit it holds
 * @param thread the name of the thread that borrowed it; a task's thread is called like the task
 * @param stack where that thread is, innermost call first; empty if it has ended
 */
public record OpenSession(String lane, String thread, List<StackTraceElement> stack) {

  private static final int FRAMES = 3;

  /** Copies the list. */
  public OpenSession {
    Objects.requireNonNull(lane, "lane");
    Objects.requireNonNull(thread, "thread");
    stack = List.copyOf(stack);
  }

  static Optional<OpenSession> of(PhysicalConnection connection) {
    return Optional.ofNullable(connection.borrower())
        .map(
            thread ->
                new OpenSession(
                    connection.loan().lane(),
                    thread.getName().isEmpty() ? "unnamed" : thread.getName(),
                    List.of(thread.getStackTrace())));
  }

  /** In one sentence: lane, thread, and the calls that are not the driver's or Weir's own. */
  @Override
  public String toString() {
    return "session of lane '%s' on thread '%s', at %s".formatted(lane, thread, callersOwn(stack));
  }

  static String callersOwn(List<StackTraceElement> stack) {
    String where =
        stack.stream()
            .filter(frame -> isCallers(frame.getClassName()))
            .limit(FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < "));
    return where.isEmpty() ? "no known place" : where;
  }

  private static boolean isCallers(String type) {
    return !type.startsWith("java.")
        && !type.startsWith("jdk.")
        && !type.startsWith("sun.")
        && !type.startsWith("org.postgresql.")
        && !type.startsWith("dev.weir.pool.");
  }
}
