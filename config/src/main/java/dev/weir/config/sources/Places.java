package dev.weir.config.sources;

import dev.weir.config.sources.Raw.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The places settings are read from. Immutable, if what it refers to is left alone.
 *
 * @param environment the environment variables
 * @param systemProperties the system properties
 * @param classPath finds {@code weir.properties}; empty for none
 * @param directory holds {@code weir.properties}; empty for none
 */
public record Places(
    Map<String, String> environment,
    Properties systemProperties,
    Optional<ClassLoader> classPath,
    Optional<Path> directory) {
  /** The name of the file, on the class path and in the directory. */
  public static final String FILE = "weir.properties";

  private static final String VARIABLE_PREFIX = "WEIR_";
  private static final String VARIABLE_OF_TESTKIT = "WEIR_TEST_";
  private static final String OF_TESTKIT = "test";

  /** The places of this process. */
  public static Places real() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = context == null ? Places.class.getClassLoader() : context;
    return new Places(
        System.getenv(), System.getProperties(), Optional.of(loader), Optional.of(Path.of("")));
  }

  /** The same with another environment. */
  public Places withEnvironment(Map<String, String> other) {
    return new Places(other, systemProperties, classPath, directory);
  }

  /** The same with other system properties. */
  public Places withSystemProperties(Properties others) {
    return new Places(environment, others, classPath, directory);
  }

  /** The same with another class path. */
  public Places withClassPath(ClassLoader other) {
    return new Places(environment, systemProperties, Optional.of(other), directory);
  }

  /** The same with another directory. */
  public Places withDirectory(Path other) {
    return new Places(environment, systemProperties, classPath, Optional.of(other));
  }

  /** Everything written in these places, the weakest source first; the testkit's is left out. */
  public Reading read() {
    Reading all =
        readClassPath().then(readDirectory()).then(readEnvironment()).then(readSystemProperties());
    List<Raw> ours = all.raws().stream().filter(Places::isOurs).toList();
    return new Reading(ours, all.faults(), all.warnings());
  }

  private static boolean isOurs(Raw raw) {
    return raw.kind() == Kind.ENVIRONMENT
        ? !raw.key().startsWith(VARIABLE_OF_TESTKIT)
        : !raw.key().startsWith(OF_TESTKIT);
  }

  private Reading readClassPath() {
    String place = FILE + " on the class path";
    try {
      List<URL> found =
          classPath.isEmpty()
              ? List.of()
              : Collections.list(classPath.get().getResources(FILE)).stream().distinct().toList();
      if (found.isEmpty()) {
        return Reading.nothing();
      }
      Reading first = PropertyFile.read(Kind.CLASS_PATH, place, bytes(found.getFirst()));
      return found.size() == 1 ? first : first.then(several(found));
    } catch (IOException unreadable) {
      return PropertyFile.unreadable(Kind.CLASS_PATH, place, unreadable);
    }
  }

  private static Reading several(List<URL> found) {
    String sentence =
        "%d files %s are on the class path; %s is read, the others are not: %s"
            .formatted(found.size(), FILE, found.getFirst(), found.subList(1, found.size()));
    return new Reading(List.of(), List.of(), List.of(sentence));
  }

  // Without the cache: it would keep a jar open, and old content with it.
  private static byte[] bytes(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }

  private Reading readDirectory() {
    Optional<Path> file = directory.map(at -> at.resolve(FILE)).filter(Files::exists);
    if (file.isEmpty()) {
      return Reading.nothing();
    }
    try {
      return PropertyFile.read(Kind.DIRECTORY, FILE, Files.readAllBytes(file.get()));
    } catch (IOException unreadable) {
      return PropertyFile.unreadable(Kind.DIRECTORY, FILE, unreadable);
    }
  }

  private Reading readEnvironment() {
    return Reading.of(
        new TreeMap<>(environment)
            .entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(VARIABLE_PREFIX))
                .map(entry -> raw(Kind.ENVIRONMENT, entry.getKey(), entry))
                .toList());
  }

  private Reading readSystemProperties() {
    Map<String, String> properties = new TreeMap<>();
    for (String name : systemProperties.stringPropertyNames()) {
      properties.put(name, systemProperties.getProperty(name, ""));
    }
    return Reading.of(
        properties.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(PropertyFile.PREFIX))
            .map(entry -> raw(Kind.SYSTEM_PROPERTY, withoutPrefix(entry.getKey()), entry))
            .toList());
  }

  private static String withoutPrefix(String property) {
    return property.substring(PropertyFile.PREFIX.length());
  }

  private static Raw raw(Kind kind, String key, Map.Entry<String, String> entry) {
    return new Raw(kind, key, entry.getValue(), entry.getKey(), 0);
  }
}
