package dev.weir.tasks.spi;

/**
 * Short words from instance to instance over the database: "look again, something has changed". A
 * word is no message queue: it wakes those who listen now, and what it is about must stand in a
 * table.
 *
 * <p>Implemented by the floor that has connections; who has none polls instead. Safe for use by
 * many threads.
 */
public interface Signals {

  /**
   * Listens to a channel. The listener is first told to look for itself, as soon as nothing can be
   * missed any more, and again whenever the line was cut meanwhile.
   *
   * @param channel 1 to 63 bytes in UTF-8
   * @param listener is called on one thread, one call after another
   * @throws IllegalArgumentException if the channel is too long or empty
   */
  Subscription listen(String channel, Listener listener);

  /**
   * Says a word to all who listen, this process included: in a transaction of this thread once that
   * has committed, else at once. It is sent in the background; equal words that wait to be sent are
   * sent once.
   *
   * @param channel 1 to 63 bytes in UTF-8
   * @param payload at most 7,999 bytes in UTF-8, may be empty
   * @throws IllegalArgumentException if one of them is too long, naming both sizes
   */
  void publish(String channel, String payload);

  /** Who listens. Must be quick, and is logged and called again if it throws. */
  interface Listener {

    /** A word came. */
    void signal(String payload);

    /** From now on nothing is missed, but something may have been before: look. */
    void resync();
  }

  /** One listener on one channel. */
  interface Subscription extends AutoCloseable {

    /** Ends it; a call that is under way may still end after this. */
    @Override
    void close();
  }
}
