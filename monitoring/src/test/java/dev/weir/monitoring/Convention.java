package dev.weir.monitoring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One line of the registry of conventions that metrics are held against. */
record Convention(String name, String instrument, String unit, Set<String> attributes) {

  static Map<String, Convention> all() {
    try (InputStream file = Convention.class.getResourceAsStream("conventions.txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Convention::of)
          .collect(Collectors.toMap(Convention::name, Function.identity()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Convention of(String line) {
    String[] parts = line.split(" \\| ", -1);
    return new Convention(parts[0], parts[1], parts[2], Set.of(parts[3].split(" ")));
  }
}
