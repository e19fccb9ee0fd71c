package dev.weir.config.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shows an address without the password in it. In doubt it hides too much rather than too little.
 * Stateless.
 */
public final class Masking {
  /** What is shown in place of a secret. */
  public static final String MASK = "***";

  // The value ends only where the next parameter begins: a raw '&' inside a password stays hidden.
  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?i)([a-z]*(?:password|secret|token)[a-z]*=).*?(?=&[a-z]+=|$)", Pattern.DOTALL);
  // Greedy up to the last '@': a raw '@', '/' or '?' inside a password stays hidden.
  private static final Pattern USER_INFO =
      Pattern.compile("^((?:[a-zA-Z][a-zA-Z0-9+.-]*:)*(?://)?)(.*)@", Pattern.DOTALL);

  private Masking() {}

  /** The address with every password in it replaced: in the user part and in the parameters. */
  public static String address(String address) {
    String shown = PARAMETER.matcher(address).replaceAll("$1" + Matcher.quoteReplacement(MASK));
    Matcher found = USER_INFO.matcher(shown);
    if (!found.find()) {
      return shown;
    }
    return found.group(1) + user(found.group(2)) + "@" + shown.substring(found.end());
  }

  /** The user may be shown when a password follows; alone it may be the password itself. */
  private static String user(String userInfo) {
    int colon = userInfo.indexOf(':');
    return colon < 0 ? MASK : userInfo.substring(0, colon) + ":" + MASK;
  }
}
