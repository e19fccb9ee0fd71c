package dev.weir.tasks.spi;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One step and those before it; what it throws hurts neither the work nor the others.
 *
 * @param before the steps of earlier listeners, which end after this one
 * @param failed told what it throws
 */
record SafeStep(Step step, @Nullable Step before, Consumer<Throwable> failed) implements Step {

  @Override
  public void note(Note note, @Nullable Throwable why) {
    safely(() -> step.note(note, why));
    if (before != null) {
      before.note(note, why);
    }
  }

  @Override
  public void end(@Nullable Throwable failure) {
    safely(() -> step.end(failure));
    if (before != null) {
      before.end(failure);
    }
  }

  private void safely(Runnable call) {
    try {
      call.run();
    } catch (Throwable thrown) {
      failed.accept(thrown);
    }
  }
}
