package dev.weir.config.address;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What stands behind the '?' of a PostgreSQL URL. Immutable. */
final class Parameters {
  private static final Set<String> SECRETS = Set.of("password", "sslpassword");
  private static final Set<String> PLACES = Set.of("host", "port", "PGHOST", "PGPORT");

  private final List<String> tokens;

  /** From '?' on, or empty. */
  Parameters(String query) {
    this.tokens = query.isEmpty() ? List.of() : List.of(query.substring(1).split("&", -1));
  }

  /** No name and no value is repeated: any may be a piece of a password with a raw '&' in it. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!tokens.stream().allMatch(token -> isDecodable(valueIn(token)))) {
      problems.add("has a '%' in a parameter that begins no escape; write % as %25");
    }
    if (tokens.stream().map(Parameters::name).anyMatch(PLACES::contains)) {
      problems.add("has a host or port among the parameters; write it before the database");
    }
    if (hasTornSecret()) {
      problems.add(
          "has a parameter without '=' after a password; write & in a password as %26, and"
              + " parameters as name=value");
    }
    return problems;
  }

  /** The driver would log in with what stands before the '&'. */
  private boolean hasTornSecret() {
    for (int i = 1; i < tokens.size(); i++) {
      String token = tokens.get(i);
      if (isSecret(tokens.get(i - 1)) && !token.contains("=")) {
        return true;
      }
    }
    return false;
  }

  String withoutSecrets() {
    return without(SECRETS);
  }

  /** Those that are left without the ones of these names, written in lower case, from '?' on. */
  String without(Set<String> names) {
    String kept =
        tokens.stream()
            .filter(token -> !names.contains(name(token).toLowerCase(Locale.ROOT)))
            .collect(Collectors.joining("&"));
    return kept.isEmpty() ? "" : "?" + kept;
  }

  /** As for the driver, the last of one name counts. */
  Map<String, String> secrets() {
    Map<String, String> secrets = new LinkedHashMap<>();
    secretTokens().forEach(token -> secrets.put(name(token), decoded(valueIn(token))));
    return Collections.unmodifiableMap(secrets);
  }

  /** The last of that name, decoded; null if there is none. */
  @Nullable String value(String name) {
    @Nullable String last = null;
    for (String token : tokens) {
      last = name(token).equals(name) ? decoded(valueIn(token)) : last;
    }
    return last;
  }

  private Stream<String> secretTokens() {
    return tokens.stream().filter(Parameters::isSecret);
  }

  private static boolean isSecret(String token) {
    return SECRETS.contains(name(token).toLowerCase(Locale.ROOT));
  }

  private static String name(String token) {
    int equals = token.indexOf('=');
    return equals < 0 ? token : token.substring(0, equals);
  }

  private static String valueIn(String token) {
    int equals = token.indexOf('=');
    return equals < 0 ? "" : token.substring(equals + 1);
  }

  static boolean isDecodable(String text) {
    try {
      decoded(text);
      return true;
    } catch (IllegalArgumentException brokenEscape) {
      return false;
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
