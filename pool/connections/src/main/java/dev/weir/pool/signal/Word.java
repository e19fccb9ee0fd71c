package dev.weir.pool.signal;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What is said on which channel.
 *
 * @param channel 1 to 63 bytes
 * @param payload at most 7,999 bytes
 */
record Word(String channel, String payload) {

  /** NAMEDATALEN - 1, as PostgreSQL is built. */
  private static final int LONGEST_CHANNEL = 63;

  /** NOTIFY_PAYLOAD_MAX_LENGTH - 1 of PostgreSQL's async.c. */
  private static final int LONGEST_PAYLOAD = 7_999;

  Word {
    checkChannel(channel);
    int bytes = bytes(Objects.requireNonNull(payload, "payload"));
    if (bytes > LONGEST_PAYLOAD) {
      throw new IllegalArgumentException(
          "The payload for channel '%s' has %d bytes, but PostgreSQL takes %d at most: put the data into a table and say where."
              .formatted(channel, bytes, LONGEST_PAYLOAD));
    }
    refuseNul(payload, "payload");
  }

  static void checkChannel(String channel) {
    int bytes = bytes(Objects.requireNonNull(channel, "channel"));
    if (bytes == 0 || bytes > LONGEST_CHANNEL) {
      throw new IllegalArgumentException(
          "The channel '%s' has %d bytes, but PostgreSQL wants 1 to %d."
              .formatted(channel, bytes, LONGEST_CHANNEL));
    }
    refuseNul(channel, "channel");
  }

  private static void refuseNul(String text, String what) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "The %s has a NUL character at %d, which PostgreSQL's text cannot hold."
              .formatted(what, text.indexOf('\0')));
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
