package dev.weir.tasks.spi;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work that somebody follows, such as a span of a trace. It is handed out by a listener
 * on the thread that is about to do the work, and ends on that thread.
 */
public interface Step {

  /** Something worth a word happened on the way. */
  void note(Note note, @Nullable Throwable why);

  /**
   * The work is over.
   *
   * @param failure what it threw; null if it returned
   */
  void end(@Nullable Throwable failure);

  /** What may happen on the way. */
  enum Note {
    /** A try failed, and another follows. */
    RETRY,
    /** The work returns, but wanted nothing of it kept. */
    GIVEN_UP,
    /** The work ends and has not wanted what it was followed for. */
    UNUSED
  }

  /**
   * The same, but what it throws hurts neither the work nor other steps.
   *
   * @param before the steps of others, which end after this one
   * @param failed told what it throws
   */
  static Step safely(Step step, @Nullable Step before, Consumer<Throwable> failed) {
    return new SafeStep(step, before, failed);
  }

  /** Does the work and ends the step, if there is one. */
  static <R extends @Nullable Object, X extends Throwable> R around(
      @Nullable Step step, ScopedValue.CallableOp<R, X> work) throws X {
    if (step == null) {
      return work.call();
    }
    R result;
    try {
      result = work.call();
    } catch (Throwable failure) {
      step.end(failure);
      throw failure;
    }
    step.end(null);
    return result;
  }
}
