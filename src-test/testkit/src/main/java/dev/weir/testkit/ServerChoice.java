package dev.weir.testkit;

import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Which server tests run on: one that is named, else a container, else an embedded one. */
sealed interface ServerChoice {
  /** The system property that chooses between {@code embedded} (default) and {@code containers}. */
  String PROPERTY = "weir.testkit";

  String POSTGRES_URL = "WEIR_TEST_POSTGRES_URL";
  String POSTGRES_USER = "WEIR_TEST_POSTGRES_USER";
  String POSTGRES_PASSWORD = "WEIR_TEST_POSTGRES_PASSWORD";
  String REDIS_URI = "WEIR_TEST_REDIS_URI";

  /** A server that runs already; user and password may stand in the address instead. */
  record Named(String address, @Nullable String user, @Nullable String password)
      implements ServerChoice {
    @Override
    public String toString() {
      return "a named server";
    }
  }

  /** A container, by Testcontainers. */
  record Container() implements ServerChoice {}

  /** A process of this JVM. */
  record Embedded() implements ServerChoice {}

  static ServerChoice postgres(Map<String, String> environment, Properties properties) {
    String url = environment.get(POSTGRES_URL);
    return url == null || url.isBlank()
        ? unnamed(properties)
        : new Named(url, environment.get(POSTGRES_USER), environment.get(POSTGRES_PASSWORD));
  }

  static ServerChoice redis(Map<String, String> environment, Properties properties) {
    String uri = environment.get(REDIS_URI);
    return uri == null || uri.isBlank() ? unnamed(properties) : new Named(uri, null, null);
  }

  private static ServerChoice unnamed(Properties properties) {
    String kind = properties.getProperty(PROPERTY, "embedded");
    return switch (kind) {
      case "embedded" -> new Embedded();
      case "containers" -> new Container();
      default ->
          throw new IllegalArgumentException(
              "-D%s=%s: must be embedded (the default) or containers".formatted(PROPERTY, kind));
    };
  }
}
