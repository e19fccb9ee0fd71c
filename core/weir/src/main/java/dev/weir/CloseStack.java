package dev.weir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Parts that are opened one after the other, by name. If one fails, those before it are closed in
 * reverse: all of them, whatever fails on the way. Not safe for use by many threads at once.
 */
final class CloseStack {

  private final Deque<Part> opened = new ArrayDeque<>();
  private String opening = "nothing";

  private record Part(String name, AutoCloseable it) {}

  /** Says in a failure of the start which part it was; its type stays what callers catch. */
  static final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
      super(message, null, true, false);
    }
  }

  /** Opens one more. */
  <T extends AutoCloseable> T open(String name, Callable<T> opener) {
    next(name);
    T part = calling(opener);
    opened.push(new Part(name, part));
    return part;
  }

  /** Says what comes next, where there is nothing to close again. */
  void next(String name) {
    opening = name;
  }

  private static <T> T calling(Callable<T> opener) {
    try {
      return opener.call();
    } catch (RuntimeException known) {
      throw known;
    } catch (Exception checked) {
      throw new IllegalStateException(checked);
    }
  }

  /**
   * Closes everything after the failure of the part that was opened last; which one that was and
   * what failed in closing are suppressed in it.
   */
  void closeAfter(Throwable failure) {
    List<String> closed = new ArrayList<>();
    List<Throwable> further = new ArrayList<>();
    while (!opened.isEmpty()) {
      Part part = opened.pop();
      closed.add(part.name);
      Throwable second = close(part);
      if (second != null) {
        further.add(second);
      }
    }
    failure.addSuppressed(
        new StartFailure(
            "Weir did not start: '%s' failed. Closed again, in this order: %s."
                .formatted(opening, closed.isEmpty() ? "nothing" : String.join(", ", closed))));
    further.forEach(failure::addSuppressed);
  }

  private static @Nullable Throwable close(Part part) {
    try {
      part.it.close();
      return null;
    } catch (Throwable failure) {
      return failure;
    }
  }
}
