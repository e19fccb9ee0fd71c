package dev.weir.testkit.time;

import org.jspecify.annotations.Nullable;

/** Collects what several tasks threw, so that all run and none is lost. For one thread. */
final class Failures {
  private @Nullable Throwable first;

  void add(Throwable failure) {
    if (first == null) {
      first = failure;
    } else {
      first.addSuppressed(failure);
    }
  }

  void throwIfAny() {
    switch (first) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(first);
    }
  }
}
