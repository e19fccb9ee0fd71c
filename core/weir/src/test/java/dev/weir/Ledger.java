package dev.weir;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Collectors;

/** What a child has accepted and ended, line by line, safe from whatever ends the child. */
final class Ledger {

  private final FileChannel file;

  Ledger(Path directory) throws IOException {
    file =
        FileChannel.open(
            directory.resolve("ledger.txt"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  void accepted(String task) {
    write("accepted " + task);
  }

  void ended(String task) {
    write("ended " + task);
  }

  private void write(String line) {
    try {
      file.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static Set<String> accepted(Path directory) throws IOException {
    return tasks(directory, "accepted ");
  }

  static Set<String> ended(Path directory) throws IOException {
    return tasks(directory, "ended ");
  }

  private static Set<String> tasks(Path directory, String kind) throws IOException {
    try (var lines = Files.lines(directory.resolve("ledger.txt"))) {
      return lines
          .filter(line -> line.startsWith(kind))
          .map(line -> line.substring(kind.length()))
          .collect(Collectors.toSet());
    }
  }
}
