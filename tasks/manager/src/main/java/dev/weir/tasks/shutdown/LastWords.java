package dev.weir.tasks.shutdown;

import java.time.Duration;

/**
 * Says something on standard error while the process ends, when log back ends may be gone. A reader
 * that does not read cannot hold us up. Stateless.
 */
public final class LastWords {

  /** For one who is in a hurry. */
  static final Duration BRIEFLY = Duration.ofMillis(200);

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private LastWords() {}

  /** Says it, and waits a second at most until it is said. */
  public static void say(String text) {
    say(text, PATIENCE);
  }

  static void say(String text, Duration patience) {
    Thread speaker =
        Thread.ofPlatform()
            .daemon()
            .name("weir-last-words")
            .start(
                () -> {
                  System.err.println(text);
                  System.err.flush();
                });
    try {
      speaker.join(patience);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
