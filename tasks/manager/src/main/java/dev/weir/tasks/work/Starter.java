package dev.weir.tasks.work;

import dev.weir.gate.AdmissionRejectedException;

/** Starts work as tasks of one kind. Safe for use by many threads. */
@FunctionalInterface
public interface Starter {

  /**
   * Starts it, or queues it. It may have begun, and even ended, before this returns.
   *
   * @throws AdmissionRejectedException if it is refused: it never begins, and is not told an end
   */
  void start(Work work);

  /**
   * The same with what the calling thread carries now, such as its trace, for work that comes from
   * a timer later; not with its deadline, which is over by then.
   */
  default Starter fromHere() {
    return this;
  }
}
