package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.address.RedisUri;
import dev.weir.config.text.Masking;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which Redis, and how long a command may take. Valid once it exists: all problems are told at
 * once. Its text masks the password. Immutable.
 *
 * @param uri the server as {@code redis://host:port/database}, port and number of the database if
 *     they are not 6379 and 0; {@code rediss://} for TLS; null for none ({@code redis.uri})
 * @param timeout time a command may take ({@code redis.timeout})
 */
public record RedisConfig(@Nullable String uri, Duration timeout) {
  /**
   * A Redis.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public RedisConfig {
    Objects.requireNonNull(timeout, "timeout");
    Problems problems = Problems.ofCode("redis");
    check(problems, uri, timeout);
    problems.throwIfAny();
  }

  /** No Redis yet; two seconds a command. */
  public static RedisConfig defaults() {
    return new RedisConfig(null, Duration.ofSeconds(2));
  }

  static void check(Problems problems, @Nullable String uri, Duration timeout) {
    if (uri != null) {
      RedisUri.problems(uri)
          .forEach(wrong -> problems.unless(false, "uri", Masking.address(uri), wrong));
    }
    problems.unlessTime("timeout", timeout);
  }

  /** The same with another URI; null for none. */
  public RedisConfig uri(@Nullable String uri) {
    return new RedisConfig(uri, timeout);
  }

  /** The same with another timeout. */
  public RedisConfig timeout(Duration timeout) {
    return new RedisConfig(uri, timeout);
  }

  /** All values, with the password masked. */
  @Override
  public String toString() {
    return "RedisConfig[uri=%s, timeout=%s]"
        .formatted(uri == null ? null : Masking.address(uri), timeout);
  }
}
