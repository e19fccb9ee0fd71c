package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.address.PostgresUrl;
import dev.weir.config.text.Masking;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
 * @param pooler what stands between Weir and the server ({@code postgres.pooler})
 */
public record PostgresConfig(
    @Nullable String url,
    @Nullable String user,
    Secret password,
    Duration connectTimeout,
    Pooler pooler) {
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
    Objects.requireNonNull(pooler, "pooler");
    Problems problems = Problems.ofCode("postgres");
    check(problems, url, user, connectTimeout, pooler);
    problems.throwIfAny();
  }

  /**
   * A database that is reached without a pooler.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public PostgresConfig(
      @Nullable String url, @Nullable String user, Secret password, Duration connectTimeout) {
    this(url, user, password, connectTimeout, Pooler.NONE);
  }

  /** No database yet; five seconds to connect. */
  public static PostgresConfig defaults() {
    return new PostgresConfig(null, null, Secret.none(), Duration.ofSeconds(5), Pooler.NONE);
  }

  static void check(
      Problems problems,
      @Nullable String url,
      @Nullable String user,
      Duration connectTimeout,
      Pooler pooler) {
    if (url != null) {
      PostgresUrl address = new PostgresUrl(url);
      List<String> wrong = address.problems();
      wrong.forEach(one -> problems.unless(false, "url", Masking.address(url), one));
      if (wrong.isEmpty() && pooler == Pooler.TRANSACTION) {
        checkFitsPooler(problems, address);
      }
    }
    problems.unless(user == null || !user.isBlank(), "user", user, "must not be blank");
    problems.unlessTime("connect-timeout", connectTimeout);
    problems.unless(
        !connectTimeout.isPositive() || connectTimeout.compareTo(SHORTEST_CONNECT) >= 0,
        "connect-timeout",
        connectTimeout,
        "must be at least 1s: the driver counts whole seconds, rounded up");
  }

  /** What such a pooler would refuse, or answer with somebody else's statement. */
  private static void checkFitsPooler(Problems problems, PostgresUrl url) {
    String shown = Masking.address(url.text());
    String options = url.parameter("options");
    problems.unless(
        options == null,
        "url",
        shown,
        "must not have the parameter options with postgres.pooler = transaction: set it for the"
            + " role by ALTER ROLE ... SET");
    String threshold = url.parameter("prepareThreshold");
    problems.unless(
        threshold == null || threshold.equals("0"),
        "url",
        shown,
        "must not have a prepareThreshold but 0 with postgres.pooler = transaction: the server"
            + " would not find what was prepared");
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

  /** The same database for another login: a user and a password in the URL count no more. */
  public PostgresConfig as(LaneLogin login) {
    String address = url == null ? null : new PostgresUrl(url).withoutLogin().text();
    return new PostgresConfig(address, login.user(), login.password(), connectTimeout, pooler);
  }

  /** The same with another URL; null for none. */
  public PostgresConfig url(@Nullable String url) {
    return new PostgresConfig(url, user, password, connectTimeout, pooler);
  }

  /** The same with another login; null for none. */
  public PostgresConfig user(@Nullable String user) {
    return new PostgresConfig(url, user, password, connectTimeout, pooler);
  }

  /** The same with another password. */
  public PostgresConfig password(Secret password) {
    return new PostgresConfig(url, user, password, connectTimeout, pooler);
  }

  /** The same with another time to connect. */
  public PostgresConfig connectTimeout(Duration connectTimeout) {
    return new PostgresConfig(url, user, password, connectTimeout, pooler);
  }

  /** The same behind another pooler, or behind none. */
  public PostgresConfig pooler(Pooler pooler) {
    return new PostgresConfig(url, user, password, connectTimeout, pooler);
  }

  /** All values, with every password masked. */
  @Override
  public String toString() {
    return "PostgresConfig[url=%s, user=%s, password=%s, connectTimeout=%s, pooler=%s]"
        .formatted(
            url == null ? null : Masking.address(url), user, password, connectTimeout, pooler);
  }

  /** What stands between Weir and the server, and whether a connection keeps its server process. */
  public enum Pooler {
    /**
     * Nothing, or a pooler that keeps one server process for a connection as long as it is open.
     */
    NONE,
    /**
     * One that gives a connection a server process for a transaction at a time, such as PgBouncer
     * with {@code pool_mode = transaction}. Nothing can be set for longer than a transaction then,
     * and nothing can be prepared.
     */
    TRANSACTION;

    static Pooler of(String text) {
      return Stream.of(values())
          .filter(one -> one.toString().equals(text.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("must be none or transaction"));
    }

    /** The name as it is written in settings: lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
