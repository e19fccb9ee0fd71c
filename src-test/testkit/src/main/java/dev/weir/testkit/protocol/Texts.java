package dev.weir.testkit.protocol;

import dev.weir.testkit.wire.MessageType;

/** What a message says, as {@link MessageType} promises; never a password. */
final class Texts {
  private static final int PROCESS_ID = 4;

  private final Statements statements = new Statements();

  String of(MessageType type, Body body) {
    return switch (type) {
      case QUERY -> statements.query(body);
      case PARSE -> statements.parse(body);
      case BIND -> statements.bind(body);
      case EXECUTE -> statements.execute(body);
      case DESCRIBE -> statements.describe(body);
      case CLOSE -> statements.close(body);
      case COPY_FAIL, COMMAND_COMPLETE -> body.string();
      case READY_FOR_QUERY -> String.valueOf(body.letter());
      case PARAMETER_STATUS -> body.string() + "=" + body.string();
      case ERROR_RESPONSE, NOTICE_RESPONSE -> diagnosis(body);
      case NOTIFICATION_RESPONSE -> {
        body.skip(PROCESS_ID);
        yield body.string() + " " + body.string();
      }
      default -> "";
    };
  }

  /** Whether it must be read even if nobody asks, to know later what is executed. */
  static boolean remembers(MessageType type) {
    return switch (type) {
      case QUERY, PARSE, BIND, CLOSE -> true;
      default -> false;
    };
  }

  private static String diagnosis(Body body) {
    String state = "";
    String message = "";
    while (body.hasMore()) {
      char field = body.letter();
      String value = body.string();
      if (field == 'C') {
        state = value;
      } else if (field == 'M') {
        message = value;
      }
    }
    return state + " " + message;
  }
}
