package dev.weir.monitoring.text;

import java.util.regex.Pattern;

/** Makes foreign text, such as an exception's, fit to be shown. Stateless. */
public final class SafeText {

  /** The most characters that are kept. */
  public static final int LONGEST = 1_000;

  private static final String MASK = "***";

  // Greedy up to the last '@' of the word: a raw '@' or ':' inside a password stays hidden.
  private static final Pattern USER_INFO = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*://)\\S*@");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)([\\w.-]*(?:password|passwd|pwd|secret|token|credential|api-?key)[\\w.-]*\"?\\s*[=:]\\s*)"
              + "(?:\"[^\"]*\"|'[^']*'|\\S+)");
  private static final Pattern BEARER = Pattern.compile("(?i)(bearer\\s+)\\S{8,}");

  private SafeText() {}

  /**
   * The text without what looks like a secret (the user part of a URL, the value of a name with
   * "password", "secret", "token" or the like in it, a bearer token), cut after {@value #LONGEST}
   * characters. In doubt it hides too much.
   */
  public static String of(String text) {
    String shown = text;
    if (text.indexOf(':') >= 0 || text.indexOf('=') >= 0) {
      shown = USER_INFO.matcher(shown).replaceAll("$1" + MASK + "@");
      shown = NAMED.matcher(shown).replaceAll("$1" + MASK);
    }
    shown = BEARER.matcher(shown).replaceAll("$1" + MASK);
    return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "...";
  }

  /** What a throwable says, with its kind and what caused it, fit to be shown. */
  public static String of(Throwable failure) {
    Throwable cause = failure.getCause();
    String own = one(failure);
    return of(cause == null ? own : own + ", caused by " + one(cause));
  }

  private static String one(Throwable failure) {
    String message = failure.getMessage();
    String kind = failure.getClass().getSimpleName();
    String name = kind.isEmpty() ? failure.getClass().getName() : kind;
    return message == null || message.isBlank() ? name : name + ": " + message;
  }
}
