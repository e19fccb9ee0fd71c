package dev.weir.tasks;

/** Work without a result that may fail in any way. */
@FunctionalInterface
public interface Job {

  /**
   * Does the work.
   *
   * @throws Exception whatever it fails with; the task's handle keeps it untouched
   */
  void run() throws Exception;
}
