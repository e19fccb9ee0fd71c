package dev.weir.monitoring;

import dev.weir.monitoring.text.SafeText;
import dev.weir.redis.Redis;
import dev.weir.redis.RedisUnavailableException;
import io.lettuce.core.RedisException;
import java.time.Duration;

/** Whether Redis answers PING. Opens the connection if nobody has yet. */
final class RedisMonitor implements HealthMonitor {

  private static final String NAME = "redis";

  private final Redis redis;

  RedisMonitor(Redis redis) {
    this.redis = redis;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Kind kind() {
    return Kind.READINESS;
  }

  @Override
  public Health check() {
    long start = System.nanoTime();
    try {
      String answer = redis.sync().ping();
      return new Health.Up(
          NAME,
          Evidence.of("server", redis.target())
              .and("answer", answer)
              .and("round trip", since(start)));
    } catch (RedisUnavailableException | RedisException failure) {
      return new Health.Down(
          NAME,
          failure instanceof RedisUnavailableException
              ? String.valueOf(failure.getMessage())
              : "Redis at %s gave no answer: %s".formatted(redis.target(), SafeText.of(failure)),
          Evidence.of("server", redis.target()).and("waited", since(start)),
          "see that Redis runs and that redis.uri and redis.timeout fit; commands work again by"
              + " themselves once it answers");
    }
  }

  private static String since(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms";
  }
}
