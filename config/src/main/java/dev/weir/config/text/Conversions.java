package dev.weir.config.text;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From text to values, and back to the shortest text. Each conversion throws {@link
 * IllegalArgumentException} whose message says how to write the value. Stateless.
 */
public final class Conversions {
  /** How a limit that does not exist is written. */
  public static final String UNLIMITED = "unlimited";

  /** How a time that does not exist is written. */
  public static final String NONE = "none";

  private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h)");
  private static final Pattern BARE = Pattern.compile("[-+]?\\d+(\\.\\d+)?");

  private Conversions() {}

  /** A whole number. */
  public static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notOne) {
      throw new IllegalArgumentException("must be a whole number, such as 16", notOne);
    }
  }

  /** A whole number, or {@code unlimited} as {@link Integer#MAX_VALUE}. */
  public static int limit(String text) {
    if (text.equalsIgnoreCase(UNLIMITED)) {
      return Integer.MAX_VALUE;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notOne) {
      throw new IllegalArgumentException("must be a whole number or \"unlimited\"", notOne);
    }
  }

  /** {@code true} or {@code false}, nothing else. */
  public static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  /** A time such as {@code 5s}, {@code 250ms}, {@code 2m}, {@code 1h} or {@code PT5S}. */
  public static Duration duration(String text) {
    if (BARE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "has no unit; write %1$sms, %1$ss, %1$sm or %1$sh".formatted(text));
    }
    Matcher parts = WITH_UNIT.matcher(text.toLowerCase(Locale.ROOT));
    try {
      return parts.matches() ? withUnit(parts) : Duration.parse(text);
    } catch (DateTimeParseException | ArithmeticException unreadable) {
      throw new IllegalArgumentException(
          "is no time; write 250ms, 5s, 2m, 1h or ISO-8601 such as PT5S", unreadable);
    }
  }

  /** A time, or {@code none} as null. */
  public static @Nullable Duration durationOrNone(String text) {
    return text.equalsIgnoreCase(NONE) ? null : durationOr(NONE, text);
  }

  /** A time, where words could have stood as well: the message names them. */
  public static Duration durationOr(String words, String text) {
    try {
      return duration(text);
    } catch (IllegalArgumentException unreadable) {
      throw new IllegalArgumentException(unreadable.getMessage() + ", or " + words, unreadable);
    }
  }

  private static Duration withUnit(Matcher parts) {
    long amount = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  /** The names in a list such as {@code reports, exports}. */
  public static List<String> names(String text) {
    return Stream.of(text.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  /** The shortest text that {@link #duration} reads as this very time. */
  public static String show(Duration time) {
    if (time.isNegative() || !time.equals(time.truncatedTo(ChronoUnit.MILLIS))) {
      return time.toString();
    }
    if (!time.equals(time.truncatedTo(ChronoUnit.SECONDS))) {
      return time.toMillis() + "ms";
    }
    long seconds = time.toSeconds();
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
  }

  /** The text that {@link #durationOrNone} reads as this time, or as none. */
  public static String showOrNone(@Nullable Duration time) {
    return time == null ? NONE : show(time);
  }

  /** The text that {@link #limit} reads as this number. */
  public static String showLimit(int limit) {
    return limit == Integer.MAX_VALUE ? UNLIMITED : Integer.toString(limit);
  }
}
