package dev.weir.testkit.wire;

import static dev.weir.testkit.wire.MessageType.COMMAND_COMPLETE;
import static dev.weir.testkit.wire.MessageType.EXECUTE;
import static dev.weir.testkit.wire.MessageType.QUERY;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which messages a rule is for. Immutable; a condition of one's own is called by the proxy's
 * threads, several at a time, while the message waits.
 */
public final class MessagePattern {
  private static final Pattern COMMIT =
      Pattern.compile(
          "(?:\\s|/\\*.*?\\*/|--[^\\n]*\\n)*(?:COMMIT|END)(?:\\s+(?:WORK|TRANSACTION))?"
              + "(?:\\s+AND\\s+(?:NO\\s+)?CHAIN)?[\\s;]*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final Set<MessageType> types;
  private final Predicate<Message> condition;
  private final String description;

  private MessagePattern(Set<MessageType> types, Predicate<Message> condition, String description) {
    this.types = types;
    this.condition = condition;
    this.description = description;
  }

  /**
   * All messages of these types.
   *
   * @throws NullPointerException if one is null
   */
  public static MessagePattern of(MessageType type, MessageType... others) {
    Set<MessageType> types = EnumSet.of(type, others);
    String names = types.stream().map(Enum::name).collect(Collectors.joining(" or "));
    return new MessagePattern(types, _ -> true, names);
  }

  /**
   * The message by which a client has the server execute a COMMIT: a {@link MessageType#QUERY} of
   * just that, or the {@link MessageType#EXECUTE} of a statement that was parsed as one, also long
   * before. END, WORK, TRANSACTION, AND CHAIN and comments before it are understood; a COMMIT among
   * other statements of one QUERY, and COMMIT PREPARED, are not meant.
   */
  public static MessagePattern commit() {
    var sent = of(QUERY, EXECUTE);
    return new MessagePattern(
        sent.types, message -> COMMIT.matcher(message.text()).matches(), "COMMIT of the client");
  }

  /** The server's word that a transaction is committed: by then, it is. */
  public static MessagePattern committed() {
    return of(COMMAND_COMPLETE).text("COMMIT");
  }

  /**
   * Of these only messages with this text, whatever its case and the blanks around it.
   *
   * @throws IllegalArgumentException if the text is blank, or one of the types never has a text
   */
  public MessagePattern text(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "The text is blank, so %s would never match: give a text, or leave text(...) out"
              .formatted(description));
    }
    List<MessageType> mute = types.stream().filter(type -> !type.hasText()).toList();
    if (!mute.isEmpty()) {
      throw new IllegalArgumentException(
          "%s never has a text, so \"%s\" would never match: see MessageType for those that have one"
              .formatted(mute, text));
    }
    String wanted = text.strip();
    return where("'" + wanted + "'", message -> message.text().strip().equalsIgnoreCase(wanted));
  }

  /**
   * Of these only messages this holds for as well. It shall be quick: while it decides, the
   * connection stands still.
   *
   * @param what how the condition reads when the rule is named in an error
   * @throws NullPointerException if one is null
   */
  public MessagePattern where(String what, Predicate<Message> narrower) {
    Objects.requireNonNull(what, "what");
    return new MessagePattern(types, condition.and(narrower), description + " " + what);
  }

  /** Whether it is for messages of this type at all. */
  public boolean concerns(MessageType type) {
    return types.contains(type);
  }

  /** Whether it is for this message; throws what a condition of one's own throws. */
  public boolean matches(Message message) {
    return types.contains(message.type()) && condition.test(message);
  }

  @Override
  public String toString() {
    return description;
  }
}
