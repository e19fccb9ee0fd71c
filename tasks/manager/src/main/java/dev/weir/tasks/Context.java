package dev.weir.tasks;

import dev.weir.gate.Deadline;
import dev.weir.tasks.ContextCarrier.Binding;
import dev.weir.tasks.ContextCarrier.Captured;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a task takes along from its submitter: the deadline and whatever the carriers carry. Bound
 * here and nowhere else; and the loop whose turn the submitter is or descends from. A carrier that
 * fails is logged; the task runs without what it carries.
 */
record Context(Deadline deadline, List<Captured> captured, @Nullable Loop owner) {

  private static final Logger log = LoggerFactory.getLogger(Context.class);
  private static final Context EMPTY = new Context(Deadline.NONE, List.of(), null);

  static Context capture(Deadline deadline, List<ContextCarrier> carriers) {
    Captured[] found = null;
    for (int i = 0; i < carriers.size(); i++) {
      Captured captured = capture(carriers.get(i));
      if (!captured.equals(Captured.NOTHING)) {
        if (found == null) {
          found = new Captured[carriers.size()];
          Arrays.fill(found, Captured.NOTHING);
        }
        found[i] = captured;
      }
    }
    Loop owner = Loop.current();
    if (found == null) {
      return deadline.isBound() || owner != null ? new Context(deadline, List.of(), owner) : EMPTY;
    }
    return new Context(deadline, List.of(found), owner);
  }

  /** The same with another deadline. */
  Context by(Deadline other) {
    return new Context(other, captured, owner);
  }

  private static Captured capture(ContextCarrier carrier) {
    try {
      return carrier.capture();
    } catch (RuntimeException failure) {
      log.warn("{} could not capture its context; a task runs without it", carrier, failure);
      return Captured.NOTHING;
    }
  }

  <T extends @Nullable Object> T call(Callable<? extends T> work) throws Exception {
    if (captured.isEmpty()) { // as it is for most: nothing in between costs a parked task memory
      return deadline.isBound() ? callInDeadline(work) : work.call();
    }
    var bound = new Binding[captured.size()];
    for (int i = 0; i < bound.length; i++) {
      bound[i] = bind(captured.get(i));
    }
    try {
      return callInDeadline(work);
    } finally {
      for (int i = bound.length - 1; i >= 0; i--) {
        close(bound[i]);
      }
    }
  }

  /** Whether any carrier has found something. */
  boolean carries() {
    return !captured.isEmpty();
  }

  /** Does it with what the carriers carry, but without the deadline. */
  void carry(Runnable work) {
    if (captured.isEmpty()) {
      work.run();
      return;
    }
    try {
      new Context(Deadline.NONE, captured, owner).call(Executors.callable(work));
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private <T extends @Nullable Object> T callInDeadline(Callable<? extends T> work)
      throws Exception {
    return deadline.isBound() ? deadline.<T, Exception>call(work::call) : work.call();
  }

  private static Binding bind(Captured captured) {
    try {
      return captured.bind();
    } catch (RuntimeException failure) {
      log.warn("A captured context could not be bound; a task runs without it", failure);
      return () -> {};
    }
  }

  private static void close(Binding binding) {
    try {
      binding.close();
    } catch (RuntimeException failure) {
      log.warn("A context could not be taken off a task's thread, which ends now", failure);
    }
  }
}
