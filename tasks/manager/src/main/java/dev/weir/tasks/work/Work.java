package dev.weir.tasks.work;

import org.jspecify.annotations.Nullable;

/** Something to do that wants to know how it ended. */
public interface Work {

  /**
   * Told first, before it may begin; it may still be refused.
   *
   * @param task how to take it back
   */
  void accepted(Started task);

  /**
   * Does it, once at most.
   *
   * @throws Exception whatever it fails with
   */
  void call() throws Exception;

  /**
   * Told once: before the outcome shows anywhere, or when a cancelled body ends at last, or when it
   * is known that the body never begins.
   *
   * @param failure what the body threw, or why it was cancelled
   */
  void ended(End end, @Nullable Throwable failure);

  /**
   * Whether somebody hears of it if this work never begins. Work that nobody hears of is begun even
   * after its deadline, which it then sees as passed.
   */
  default boolean canBeDropped() {
    return true;
  }

  /** How work ends. */
  enum End {
    /** The body returned. */
    SUCCEEDED,
    /** The body threw. */
    FAILED,
    /** It was cancelled, before it began or while it ran. */
    CANCELLED,
    /** It was cancelled because its deadline had passed. */
    TIMED_OUT
  }
}
