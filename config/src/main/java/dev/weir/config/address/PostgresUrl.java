package dev.weir.config.address;

import dev.weir.config.text.Masking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a database, read as pgjdbc reads it. The driver writes a URL that it cannot read into
 * its log, password included; so all that it cannot read is found here. Immutable.
 *
 * @param text the URL as it was given
 */
public record PostgresUrl(String text) {
  private static final String SCHEME = "jdbc:postgresql:";
  private static final String EXAMPLE = "jdbc:postgresql://localhost:5432/orders";
  private static final String DEFAULT_PORT = ":5432";
  private static final Set<String> LOGIN = Set.of("user", "password");
  private static final Pattern LIBPQ = Pattern.compile("(?:jdbc:)?postgres(?:ql)?://(.*)");
  private static final Pattern SERVERS = Pattern.compile("//([^/]*)(?:/(.*))?", Pattern.DOTALL);

  /** What is wrong with it, each with the way to write it; empty for nothing. */
  public List<String> problems() {
    if (!text.startsWith(SCHEME) || beforeParameters().contains("@")) {
      return List.of(otherKind());
    }
    List<String> problems = new ArrayList<>(wrongWithAddress());
    problems.addAll(parameters().problems());
    return problems;
  }

  private String otherKind() {
    Matcher libpq = LIBPQ.matcher(text);
    if (!libpq.matches()) {
      return "must begin with jdbc:postgresql:, such as " + EXAMPLE;
    }
    String rest = libpq.group(1);
    String address = SCHEME + "//" + Masking.address(rest.substring(rest.lastIndexOf('@') + 1));
    return rest.contains("@")
        ? "write %s, and the login in postgres.user and postgres.password".formatted(address)
        : "write " + address;
  }

  private List<String> wrongWithAddress() {
    String address = address();
    Matcher servers = SERVERS.matcher(address);
    if (!servers.matches()) {
      return address.startsWith("/")
          ? List.of("must have no '/' or two after jdbc:postgresql:, such as " + EXAMPLE)
          : wrongWithDatabase(address);
    }
    String hosts = servers.group(1);
    String database = servers.group(2);
    List<String> problems = new ArrayList<>(wrongWithHosts(hosts));
    if (database == null) {
      if (!hosts.isEmpty()) {
        problems.add(
            "has no '/' after host and port; write it, even before '?', such as " + EXAMPLE);
      }
    } else if (database.contains("/")) {
      problems.add("has more than one '/' after the host; write '/' in a database's name as %2F");
    } else {
      problems.addAll(wrongWithDatabase(database));
    }
    return problems;
  }

  /** Says nothing of what stands there: behind a ':' that may be a password. */
  private static List<String> wrongWithHosts(String hosts) {
    List<String> problems = new ArrayList<>();
    List<String> all = List.of(hosts.split(",", -1));
    if (all.size() > 1 && all.contains("")) {
      problems.add("has nothing where a host must be, before or after a ','");
    }
    if (!all.stream().allMatch(PostgresUrl::hasFinePort)) {
      problems.add("must have a whole number from 1 to 65535 as port, or neither ':' nor port");
    }
    return problems;
  }

  private static boolean hasFinePort(String host) {
    int colon = portAt(host);
    return colon < 0 || isPort(host.substring(colon + 1));
  }

  private static boolean isPort(String text) {
    return text.matches("[0-9]{1,5}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= 65_535;
  }

  /** Where the ':' before the port is, if there is one; those of IPv6 stand in brackets. */
  private static int portAt(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? colon : -1;
  }

  private static List<String> wrongWithDatabase(String database) {
    List<String> problems = new ArrayList<>();
    if (!Parameters.isDecodable(database)) {
      problems.add("has a '%' in the database's name that begins no escape; write % as %25");
    }
    if (database.contains("&")) {
      problems.add("has '&' before any '?'; write '?' before parameters, & in a name as %26");
    }
    return problems;
  }

  /** {@code host:port/database}, several hosts joined by commas; for a URL without problems. */
  public String target() {
    Matcher servers = SERVERS.matcher(address());
    if (!servers.matches()) {
      return "localhost" + DEFAULT_PORT + suffix(address());
    }
    String database = servers.group(2);
    return Stream.of(servers.group(1).split(",", -1))
            .map(PostgresUrl::withPort)
            .collect(Collectors.joining(","))
        + suffix(database == null ? "" : database);
  }

  private static String withPort(String host) {
    String named = host.isEmpty() || host.startsWith(":") ? "localhost" + host : host;
    return portAt(named) < 0 ? named + DEFAULT_PORT : named;
  }

  private static String suffix(String database) {
    return database.isEmpty() ? "" : "/" + database;
  }

  /** The URL without the parameters in {@link #secrets()}; for a URL without problems. */
  public String withoutSecrets() {
    return secrets().isEmpty() ? text : beforeParameters() + parameters().withoutSecrets();
  }

  /** The URL without the parameters {@code user} and {@code password}; for one without problems. */
  public PostgresUrl withoutLogin() {
    return new PostgresUrl(beforeParameters() + parameters().without(LOGIN));
  }

  /** The parameters that are secrets, by name, decoded; for a URL without problems. */
  public Map<String, String> secrets() {
    return parameters().secrets();
  }

  /** The value of a parameter, decoded, or null; for a URL without problems. */
  public @Nullable String parameter(String name) {
    return parameters().value(name);
  }

  private Parameters parameters() {
    return new Parameters(text.substring(beforeParameters().length()));
  }

  private String address() {
    return beforeParameters().substring(SCHEME.length());
  }

  /** Everything before the parameters: there a '@' means a login in the URL. */
  private String beforeParameters() {
    int parameters = text.indexOf('?');
    return parameters < 0 ? text : text.substring(0, parameters);
  }

  /** The URL with every password masked. */
  @Override
  public String toString() {
    return Masking.address(text);
  }
}
