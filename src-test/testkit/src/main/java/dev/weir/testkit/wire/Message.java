package dev.weir.testkit.wire;

import java.util.Objects;

/**
 * A message on its way. Immutable, so safe for any thread.
 *
 * @param connection which connection of the proxy, in the order of their opening, from 1
 * @param length in bytes, all of it: type byte, length field and content
 * @param text as its {@link MessageType} says; empty if it has none; of a message longer than 16
 *     KiB only what its first 16 KiB hold
 */
public record Message(long connection, MessageType type, long length, String text) {
  /**
   * @throws NullPointerException if type or text is null
   */
  public Message {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(text, "text");
  }
}
