package dev.weir.config;

import dev.weir.config.keys.Catalogue;
import dev.weir.config.sources.Places;
import dev.weir.config.sources.Raw;
import dev.weir.config.sources.Reading;
import dev.weir.config.sources.Resolution;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * Reads the settings from their sources; a later one wins: defaults, profile, {@code
 * weir.properties} on the class path, then in the working directory, environment, system
 * properties, code. Without further words it reads those of this process; tests and special hosts
 * name others. Immutable; each method gives another loader.
 */
public final class ConfigLoader {
  private final Places places;
  private final Map<String, String> code;
  private final Map<String, Secret> secrets;

  private ConfigLoader(Places places, Map<String, String> code, Map<String, Secret> secrets) {
    this.places = places;
    this.code = code;
    this.secrets = secrets;
  }

  /** A loader of this process's own sources. */
  public static ConfigLoader create() {
    return new ConfigLoader(Places.real(), Map.of(), Map.of());
  }

  /** A loader that reads nothing yet: every source has to be named. */
  public static ConfigLoader empty() {
    Places nowhere = new Places(Map.of(), new Properties(), Optional.empty(), Optional.empty());
    return new ConfigLoader(nowhere, Map.of(), Map.of());
  }

  /** Reads these environment variables; only those that begin with {@code WEIR_} count. */
  public ConfigLoader environment(Map<String, String> environment) {
    Objects.requireNonNull(environment, "environment");
    return at(places.withEnvironment(Map.copyOf(environment)));
  }

  /** Reads these system properties; only those that begin with {@code weir.} count. */
  public ConfigLoader systemProperties(Properties properties) {
    Objects.requireNonNull(properties, "properties");
    return at(places.withSystemProperties(properties));
  }

  /** Reads the {@code weir.properties} this class loader finds. */
  public ConfigLoader classPath(ClassLoader classPath) {
    return at(places.withClassPath(Objects.requireNonNull(classPath, "classPath")));
  }

  /** Reads the {@code weir.properties} in this directory. */
  public ConfigLoader directory(Path directory) {
    return at(places.withDirectory(Objects.requireNonNull(directory, "directory")));
  }

  /** Sets a key, such as {@code pool.max}; this wins over every source. */
  public ConfigLoader set(String key, String value) {
    return new ConfigLoader(places, put(code, key, value, "value"), without(secrets, key));
  }

  /**
   * Gives a secret, such as {@code postgres.password}, by callback; it is asked at each use.
   *
   * @throws IllegalArgumentException if this is not the key of a secret
   */
  public ConfigLoader secret(String key, Supplier<String> callback) {
    Objects.requireNonNull(callback, "callback");
    if (!Catalogue.isSecret(Objects.requireNonNull(key, "key"))) {
      throw new IllegalArgumentException(
          "\"%s\" holds no secret; these do: %s".formatted(key, Catalogue.secrets()));
    }
    Map<String, Secret> more = put(secrets, key, Secret.from(callback), "callback");
    return new ConfigLoader(places, without(code, key), more);
  }

  /**
   * Reads every source.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public WeirConfig load() {
    Reading set =
        new Reading(
            code.entrySet().stream()
                .map(entry -> Raw.code(entry.getKey(), entry.getValue()))
                .toList(),
            List.of(),
            List.of());
    return Binder.bind(Resolution.of(places.read().then(set)), secrets);
  }

  private ConfigLoader at(Places others) {
    return new ConfigLoader(others, code, secrets);
  }

  private static <V> Map<String, V> without(Map<String, V> map, String key) {
    Map<String, V> less = new LinkedHashMap<>(map);
    less.remove(key);
    return less;
  }

  private static <V> Map<String, V> put(Map<String, V> map, String key, V value, String name) {
    Map<String, V> more = new LinkedHashMap<>(map);
    more.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, name));
    return more;
  }
}
