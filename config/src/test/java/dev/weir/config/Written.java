package dev.weir.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Sources made for a test: a file, a class path, system properties. */
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

  /** One system property. */
  static Properties property(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);
    return properties;
  }
}
