package dev.weir.tasks.shutdown;

/** What the process's signals act on. Its methods are called on threads of their own. */
public interface SignalTarget {

  /**
   * Stops; called once.
   *
   * @param signal such as {@code SIGTERM}
   * @return whether nothing was left undone
   */
  boolean stop(String signal);

  /** What is going on, for people; no secret may be in it. */
  String status();

  /** Reads anew what can be read anew, and logs what came of it. */
  void reload();
}
