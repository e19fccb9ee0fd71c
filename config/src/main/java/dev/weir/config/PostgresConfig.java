package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.address.PostgresUrl;
import dev.weir.config.text.Masking;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which database, and as whom. Valid once it exists: all problems are told at once. Its text masks
 * every password. Immutable.
 *
 * @param url the database as {@code jdbc:postgresql://host:port/database?name=value}, of which only
 *     {@code /} is needed after a host; null for none ({@code postgres.url})
 * @param user the login; null for what the URL or the driver says ({@code postgres.user})
 * @param password the login's password ({@code postgres.password})
 * @param connectTimeout time to open one connection, at least 1 s; the driver rounds it up to whole
 *     seconds ({@code postgres.connect-timeout})
 */
public record PostgresConfig(
    @Nullable String url, @Nullable String user, Secret password, Duration connectTimeout) {
  // The driver counts a time to connect in whole seconds, and 0 would be for ever.
  private static final Duration SHORTEST_CONNECT = Duration.ofSeconds(1);

  /**
   * A database.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public PostgresConfig {
    Objects.requireNonNull(password, "password");
    Objects.requireNonNull(connectTimeout, "connectTimeout");
    Problems problems = Problems.ofCode("postgres");
    check(problems, url, user, connectTimeout);
    problems.throwIfAny();
  }

  /** No database yet; five seconds to connect. */
  public static PostgresConfig defaults() {
    return new PostgresConfig(null, null, Secret.none(), Duration.ofSeconds(5));
  }

  static void check(
      Problems problems, @Nullable String url, @Nullable String user, Duration connectTimeout) {
    if (url != null) {
      new PostgresUrl(url)
          .problems()
          .forEach(wrong -> problems.unless(false, "url", Masking.address(url), wrong));
    }
    problems.unless(user == null || !user.isBlank(), "user", user, "must not be blank");
    problems.unlessTime("connect-timeout", connectTimeout);
    problems.unless(
        !connectTimeout.isPositive() || connectTimeout.compareTo(SHORTEST_CONNECT) >= 0,
        "connect-timeout",
        connectTimeout,
        "must be at least 1s: the driver counts whole seconds, rounded up");
  }

  /**
   * Where the database is, for messages: {@code host:port/database}, several hosts joined by
   * commas; never a login or a parameter.
   */
  public String target() {
    return url == null ? "no database (postgres.url is not set)" : new PostgresUrl(url).target();
  }

  /**
   * The URL as a driver may see it, and repeat it in its messages: without the parameters in {@link
   * #urlSecrets()}. Null for none.
   */
  public @Nullable String urlWithoutSecrets() {
    return url == null ? null : new PostgresUrl(url).withoutSecrets();
  }

  /**
   * The parameters {@code password} and {@code sslpassword} of the URL, by name, URL-decoded; to be
   * handed to the driver beside {@link #urlWithoutSecrets()}. Empty if there are none. The map
   * shows its values: it must be in no message.
   */
  public Map<String, String> urlSecrets() {
    return url == null ? Map.of() : new PostgresUrl(url).secrets();
  }

  /** The same with another URL; null for none. */
  public PostgresConfig url(@Nullable String url) {
    return new PostgresConfig(url, user, password, connectTimeout);
  }

  /** The same with another login; null for none. */
  public PostgresConfig user(@Nullable String user) {
    return new PostgresConfig(url, user, password, connectTimeout);
  }

  /** The same with another password. */
  public PostgresConfig password(Secret password) {
    return new PostgresConfig(url, user, password, connectTimeout);
  }

  /** The same with another time to connect. */
  public PostgresConfig connectTimeout(Duration connectTimeout) {
    return new PostgresConfig(url, user, password, connectTimeout);
  }

  /** All values, with every password masked. */
  @Override
  public String toString() {
    return "PostgresConfig[url=%s, user=%s, password=%s, connectTimeout=%s]"
        .formatted(url == null ? null : Masking.address(url), user, password, connectTimeout);
  }
}
