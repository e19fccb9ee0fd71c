package dev.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * One line of counts for each fault that a test has made: printed, and kept in {@code
 * target/faults.txt} of the module, which holds those of the last JVM that ran its tests. Safe for
 * any thread.
 */
public final class FaultLog {
  private static final Path PLACE = Path.of("target");
  private static final Path FILE = PLACE.resolve("faults.txt");

  private static boolean begun;

  private FaultLog() {}

  /**
   * Writes {@code fault: <fault>: <counts>}.
   *
   * @param fault what was done, in words
   * @param counts what came of it, as for {@link String#format}: what was lost, above all
   */
  // The annotation would be one more dependency of who uses the testkit.
  @SuppressWarnings("AnnotateFormatMethod")
  public static void note(String fault, String counts, Object... values) {
    String line = "fault: %s: %s%n".formatted(fault, String.format(Locale.ROOT, counts, values));
    System.out.print(line);
    keep(line);
  }

  private static synchronized void keep(String line) {
    try {
      if (Files.isDirectory(PLACE)) {
        Files.writeString(
            FILE,
            line,
            StandardOpenOption.CREATE,
            begun ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
        begun = true;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot write " + FILE.toAbsolutePath(), failure);
    }
  }
}
