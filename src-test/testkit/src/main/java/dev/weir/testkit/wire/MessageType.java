package dev.weir.testkit.wire;

import static dev.weir.testkit.wire.Direction.TO_CLIENT;
import static dev.weir.testkit.wire.Direction.TO_SERVER;

/**
 * The messages of PostgreSQL's protocol, version 3. Those both sides may send stand here twice, so
 * that a type alone says which way it goes. Immutable, so safe for any thread.
 */
public enum MessageType {
  STARTUP(TO_SERVER),
  SSL_REQUEST(TO_SERVER),
  GSS_ENCRYPTION_REQUEST(TO_SERVER),
  CANCEL_REQUEST(TO_SERVER),
  /** Password and SASL answers; never shows a text. */
  PASSWORD(TO_SERVER, 'p', false),
  /** A simple query; its text is the SQL. */
  QUERY(TO_SERVER, 'Q', true),
  /** Its text is the SQL. */
  PARSE(TO_SERVER, 'P', true),
  /** Its text is the SQL of the statement that is bound. */
  BIND(TO_SERVER, 'B', true),
  /** Its text is the SQL of the statement behind the portal. */
  EXECUTE(TO_SERVER, 'E', true),
  /** Its text is the SQL of what is described. */
  DESCRIBE(TO_SERVER, 'D', true),
  /** Its text is the SQL of what is closed. */
  CLOSE(TO_SERVER, 'C', true),
  FLUSH(TO_SERVER, 'H', false),
  SYNC(TO_SERVER, 'S', false),
  FUNCTION_CALL(TO_SERVER, 'F', false),
  COPY_DATA_TO_SERVER(TO_SERVER, 'd', false),
  COPY_DONE_TO_SERVER(TO_SERVER, 'c', false),
  COPY_FAIL(TO_SERVER, 'f', true),
  TERMINATE(TO_SERVER, 'X', false),

  /** The single byte that answers an {@link #SSL_REQUEST} or a {@link #GSS_ENCRYPTION_REQUEST}. */
  ENCRYPTION_ANSWER(TO_CLIENT),
  AUTHENTICATION(TO_CLIENT, 'R', false),
  BACKEND_KEY_DATA(TO_CLIENT, 'K', false),
  NEGOTIATE_PROTOCOL_VERSION(TO_CLIENT, 'v', false),
  /** Its text reads {@code name=value}. */
  PARAMETER_STATUS(TO_CLIENT, 'S', true),
  /** Its text is {@code I} (idle), {@code T} (in a transaction) or {@code E} (in a failed one). */
  READY_FOR_QUERY(TO_CLIENT, 'Z', true),
  PARSE_COMPLETE(TO_CLIENT, '1', false),
  BIND_COMPLETE(TO_CLIENT, '2', false),
  CLOSE_COMPLETE(TO_CLIENT, '3', false),
  PARAMETER_DESCRIPTION(TO_CLIENT, 't', false),
  ROW_DESCRIPTION(TO_CLIENT, 'T', false),
  NO_DATA(TO_CLIENT, 'n', false),
  DATA_ROW(TO_CLIENT, 'D', false),
  PORTAL_SUSPENDED(TO_CLIENT, 's', false),
  /** Its text is the command tag, such as {@code COMMIT} or {@code INSERT 0 1}. */
  COMMAND_COMPLETE(TO_CLIENT, 'C', true),
  EMPTY_QUERY_RESPONSE(TO_CLIENT, 'I', false),
  FUNCTION_CALL_RESPONSE(TO_CLIENT, 'V', false),
  COPY_IN_RESPONSE(TO_CLIENT, 'G', false),
  COPY_OUT_RESPONSE(TO_CLIENT, 'H', false),
  COPY_BOTH_RESPONSE(TO_CLIENT, 'W', false),
  COPY_DATA_TO_CLIENT(TO_CLIENT, 'd', false),
  COPY_DONE_TO_CLIENT(TO_CLIENT, 'c', false),
  /** Its text is the SQLSTATE, a blank, and the message. */
  ERROR_RESPONSE(TO_CLIENT, 'E', true),
  /** Its text is the SQLSTATE, a blank, and the message. */
  NOTICE_RESPONSE(TO_CLIENT, 'N', true),
  /** Its text is the channel, a blank, and the payload. */
  NOTIFICATION_RESPONSE(TO_CLIENT, 'A', true);

  private final Direction direction;
  private final char letter;
  private final boolean text;

  MessageType(Direction direction) {
    this(direction, '\0', false);
  }

  MessageType(Direction direction, char letter, boolean text) {
    this.direction = direction;
    this.letter = letter;
    this.text = text;
  }

  /** The way it goes. */
  public Direction direction() {
    return direction;
  }

  /** The byte it begins with; 0 if it begins with its length, or is a single byte. */
  public char letter() {
    return letter;
  }

  /** Whether {@link Message#text()} can be more than empty. */
  public boolean hasText() {
    return text;
  }
}
