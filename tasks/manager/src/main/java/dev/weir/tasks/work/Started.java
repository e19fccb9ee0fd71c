package dev.weir.tasks.work;

/** Work that was accepted. Safe for use by many threads. */
public interface Started {

  /**
   * Takes it out of the queue.
   *
   * @param why what its handle says
   * @return true if it had not begun and now never will
   */
  boolean drop(String why);

  /**
   * Ends it: one that has not begun never will; one that runs counts as cancelled from now on.
   *
   * @param why what its handle says
   * @param interrupt whether the thread of one that runs is interrupted
   */
  void cancel(String why, boolean interrupt);

  /**
   * The calling thread begins to wait for it: if that runs a task, its permit goes to this work
   * meanwhile, where that is of use.
   */
  default Wait begunWait() {
    return Wait.PLAIN;
  }
}
