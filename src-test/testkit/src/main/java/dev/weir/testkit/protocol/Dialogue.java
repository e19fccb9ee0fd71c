package dev.weir.testkit.protocol;

import dev.weir.testkit.wire.Direction;
import dev.weir.testkit.wire.MessageType;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How far the two sides of one connection have come, which decides how the next bytes are to be
 * read. Each direction is read by its own thread.
 */
final class Dialogue {
  private static final int TYPED = 5;
  private static final int UNTYPED = 8;
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;
  private static final int CANCEL_REQUEST = 80_877_102;
  private static final int LETTERS = 128;
  private static final @Nullable MessageType[] FRONTEND = letters(Direction.TO_SERVER);
  private static final @Nullable MessageType[] BACKEND = letters(Direction.TO_CLIENT);

  private final RuleBook rules;
  private final long number;

  /** Written by the thread to the server only. */
  private boolean started;

  /** Questions that the server has not yet ended with READY_FOR_QUERY. */
  private final AtomicInteger open = new AtomicInteger();

  private volatile boolean answerDue;
  private volatile boolean opaque;

  Dialogue(RuleBook rules, long number) {
    this.rules = rules;
    this.number = number;
  }

  long number() {
    return number;
  }

  /** Nothing that follows can be read, either way. */
  boolean isOpaque() {
    return opaque;
  }

  /** The message that begins here; null if more bytes are needed, or none can be read any more. */
  @Nullable Frame frame(Direction direction, byte[] bytes, int from, int end) {
    if (opaque || from == end) {
      return null;
    }
    if (direction == Direction.TO_SERVER) {
      return started ? typed(FRONTEND, bytes, from, end) : untyped(bytes, from, end);
    }
    return answerDue ? answer(bytes, from, end) : typed(BACKEND, bytes, from, end);
  }

  private @Nullable Frame typed(@Nullable MessageType[] letters, byte[] bytes, int from, int end) {
    int letter = bytes[from] & 0xff;
    MessageType type = letter < LETTERS ? letters[letter] : null;
    if (type == null) {
      return unreadable("has a message of unknown type 0x%02x".formatted(letter));
    }
    if (end - from < TYPED) {
      return null;
    }
    int length = ByteBuffer.wrap(bytes).getInt(from + 1);
    return length < Integer.BYTES
        ? unreadable("has a message %s of length %d".formatted(type, length))
        : new Frame(type, TYPED, 1L + length);
  }

  private @Nullable Frame untyped(byte[] bytes, int from, int end) {
    if (end - from < UNTYPED) {
      return null;
    }
    int length = ByteBuffer.wrap(bytes).getInt(from);
    int code = ByteBuffer.wrap(bytes).getInt(from + Integer.BYTES);
    MessageType type =
        switch (code) {
          case SSL_REQUEST -> MessageType.SSL_REQUEST;
          case GSS_REQUEST -> MessageType.GSS_ENCRYPTION_REQUEST;
          case CANCEL_REQUEST -> MessageType.CANCEL_REQUEST;
          default -> code >>> Short.SIZE == 3 ? MessageType.STARTUP : null;
        };
    if (type == null || length < UNTYPED) {
      return unreadable("does not begin as PostgreSQL's protocol 3");
    }
    return new Frame(type, UNTYPED, length);
  }

  private @Nullable Frame answer(byte[] bytes, int from, int end) {
    return switch (bytes[from]) {
      case 'N' -> new Frame(MessageType.ENCRYPTION_ANSWER, 1, 1);
      case 'S', 'G' ->
          unreadable("is encrypted: connect with sslmode=disable and gssEncMode=disable");
      default -> typed(BACKEND, bytes, from, end);
    };
  }

  /** Before the message is passed on, so before the other side can answer. */
  void seen(MessageType type) {
    switch (type) {
      case SSL_REQUEST, GSS_ENCRYPTION_REQUEST -> answerDue = true;
      case STARTUP, CANCEL_REQUEST -> started = true;
      case ENCRYPTION_ANSWER, ERROR_RESPONSE -> answerDue = false;
      case QUERY, SYNC, FUNCTION_CALL -> {
        if (open.getAndIncrement() == 0) {
          rules.clientWaits();
        }
      }
      // One more than was asked for ends the login.
      case READY_FOR_QUERY -> open.updateAndGet(count -> Math.max(0, count - 1));
      default -> {
        // Changes nothing in how the next one is read.
      }
    }
  }

  private @Nullable Frame unreadable(String why) {
    opaque = true;
    rules.cannotRead(number, why);
    return null;
  }

  private static @Nullable MessageType[] letters(Direction direction) {
    var letters = new @Nullable MessageType[LETTERS];
    for (MessageType type : MessageType.values()) {
      if (type.direction() == direction && type.letter() != 0) {
        letters[type.letter()] = type;
      }
    }
    return letters;
  }
}
