package dev.weir.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisConfigTest {
  @Test
  void has_these_defaults() {
    assertThat(RedisConfig.defaults()).isEqualTo(new RedisConfig(null, ofSeconds(2)));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory, "weir.redis.uri = rediss://cache:6380/1", "weir.redis.timeout=1s");

    assertThat(config.redis()).isEqualTo(new RedisConfig("rediss://cache:6380/1", ofSeconds(1)));
  }

  @Test
  void has_a_wither_for_each_component() {
    RedisConfig redis = RedisConfig.defaults();

    assertThat(redis.uri("redis://a")).isEqualTo(new RedisConfig("redis://a", ofSeconds(2)));
    assertThat(redis.timeout(ofSeconds(1))).isEqualTo(new RedisConfig(null, ofSeconds(1)));
  }

  @Test
  void is_refused_with_every_problem_at_once() {
    assertThatThrownBy(() -> new RedisConfig("cache:6379", Duration.ZERO))
        .hasMessage(
            """
            2 problems in the configuration:
              - redis.uri = cache:6379 (code): must begin with redis:// or rediss://, such as \
            redis://localhost
              - redis.timeout = 0s (code): must be positive, such as 5s; the shortest is 1ms""");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://",
        "redis:///1",
        "redis://a b",
        "redis://my_cache",
        "redis://:pa%ss@host"
      })
  void is_refused_without_a_readable_host(String uri) {
    assertThatThrownBy(() -> new RedisConfig(uri, ofSeconds(1)))
        .hasMessageContaining("is no URI with a host, such as redis://localhost:6379");
  }

  @Test
  void tells_of_a_port_and_a_database_that_cannot_be() {
    assertThatThrownBy(() -> RedisConfig.defaults().uri("redis://:s3cret@host:70000/abc"))
        .hasMessage(
            """
            2 problems in the configuration:
              - redis.uri = redis://:***@host:70000/abc (code): must have a port from 1 to 65535, \
            or none for 6379
              - redis.uri = redis://:***@host:70000/abc (code): must give the database as a whole \
            number, such as redis://localhost:6379/1, or none for 0""");
  }
}
