package dev.weir;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What has been opened, closed again in reverse: all of it, whatever fails on the way. Not safe for
 * use by many threads at once.
 */
final class CloseStack {

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T push(T part) {
    opened.push(part);
    return part;
  }

  /** Closes everything after {@code failure}; what fails in closing is suppressed in it. */
  void closeAfter(Throwable failure) {
    Throwable second = close();
    if (second != null) {
      failure.addSuppressed(second);
    }
  }

  /** Closes everything; the first failure with the others suppressed, or null. */
  @Nullable Throwable close() {
    Throwable first = null;
    while (!opened.isEmpty()) {
      first = closeOne(opened.pop(), first);
    }
    return first;
  }

  private static @Nullable Throwable closeOne(AutoCloseable part, @Nullable Throwable first) {
    try {
      part.close();
      return first;
    } catch (Throwable failure) {
      if (first == null) {
        return failure;
      }
      first.addSuppressed(failure);
      return first;
    }
  }
}
