package dev.weir.tasks.event;

/** A subscriber on its bus. Safe for use by many threads. */
public sealed interface Subscription extends AutoCloseable permits Target {

  /** What it is called. */
  String name();

  /** What it hears of: this type and everything that is one. */
  Class<?> type();

  /** Its figures of this moment. */
  SubscriptionSnapshot snapshot();

  /**
   * Ends it: no event is given to it any more, and what still waits in its queue is dropped and
   * counted. A call that is under way may still end after this. Twice is harmless.
   */
  @Override
  void close();
}
