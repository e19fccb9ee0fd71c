package dev.weir.monitoring.telemetry;

import dev.weir.tasks.spi.Step;
import org.jspecify.annotations.Nullable;

/** A step whose time is told, and the span it has, if it has one. */
final class TimedStep implements Step {

  private final @Nullable Step span;
  private final Clock clock;
  private final long begun = System.nanoTime();

  TimedStep(@Nullable Step span, Clock clock) {
    this.span = span;
    this.clock = clock;
  }

  /** Is told the time. */
  @FunctionalInterface
  interface Clock {

    /** It took so long and failed with this, or did not fail. */
    void took(long nanos, @Nullable Throwable failure);
  }

  @Override
  public void note(Note note, @Nullable Throwable why) {
    if (span != null) {
      span.note(note, why);
    }
  }

  @Override
  public void end(@Nullable Throwable failure) {
    clock.took(System.nanoTime() - begun, failure);
    if (span != null) {
      span.end(failure);
    }
  }
}
