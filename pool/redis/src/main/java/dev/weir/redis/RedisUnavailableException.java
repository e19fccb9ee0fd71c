package dev.weir.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Redis could not be reached, or said no: the message names the server, the setting and the cause,
 * and never a password. Immutable.
 */
public final class RedisUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private RedisUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static RedisUnavailableException of(String target, Duration timeout, @Nullable Throwable cause) {
    String why = said(cause);
    String text =
        isLogin(why)
            ? "Redis at %s refused the login (%s): check the user and password in redis.uri (WEIR_REDIS_URI)."
                .formatted(target, why)
            : "Redis at %s could not be reached within %d ms (%s): check that it runs, redis.uri (WEIR_REDIS_URI) and redis.timeout."
                .formatted(target, timeout.toMillis(), why);
    return new RedisUnavailableException(text, cause);
  }

  /** The words of the first cause of all, which is the server's or the network's. */
  private static String said(@Nullable Throwable failure) {
    if (failure == null) {
      return "no cause given";
    }
    Throwable cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : said(cause);
  }

  private static boolean isLogin(String why) {
    return why.startsWith("WRONGPASS") || why.startsWith("NOAUTH") || why.startsWith("ERR AUTH");
  }
}
