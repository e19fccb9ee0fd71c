package dev.weir.testkit.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads the content of a message, or of its beginning, from left to right. */
final class Body {
  private final byte[] bytes;
  private final int end;
  private int next;

  Body(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.next = from;
    this.end = end;
  }

  boolean hasMore() {
    return next < end;
  }

  /** The next byte; 0 after the end. */
  char letter() {
    return hasMore() ? (char) (bytes[next++] & 0xff) : '\0';
  }

  void skip(int count) {
    next = Math.min(end, next + count);
  }

  /** Up to the next zero byte, or to the end of what is there. */
  String string() {
    int start = next;
    while (next < end && bytes[next] != 0) {
      next++;
    }
    var string = new String(bytes, start, next - start, UTF_8);
    skip(1);
    return string;
  }
}
