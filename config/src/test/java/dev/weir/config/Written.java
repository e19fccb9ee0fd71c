package dev.weir.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** What a test writes and reads: a file, a class path, system properties; what is described. */
final class Written {
  private Written() {}

  /** The settings that {@code weir.properties} with these lines gives. */
  static WeirConfig inFile(Path directory, String... lines) {
    return ConfigLoader.empty().directory(file(directory, lines)).load();
  }

  /** The directory, with {@code weir.properties} in it. */
  static Path file(Path directory, String... lines) {
    try {
      Files.writeString(directory.resolve("weir.properties"), String.join("\n", lines));
      return directory;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A class path of these directories alone. */
  static ClassLoader classPath(Path... directories) {
    URL[] urls = new URL[directories.length];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = directories[i].toUri().toURL();
      } catch (MalformedURLException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    return new URLClassLoader(urls, null);
  }

  /** What {@code describe()} tells: the values by key. */
  static Map<String, String> described(WeirConfig config) {
    return config
        .describe()
        .lines()
        .map(line -> line.split(" += | +\\(", 3))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }

  /** One system property. */
  static Properties property(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);
    return properties;
  }
}
