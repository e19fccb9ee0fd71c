package dev.weir.monitoring.boards;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Prometheus' own judge of files, where it is installed. */
public final class Promtool {

  private static final int PATIENCE_SECONDS = 60;

  private Promtool() {}

  /** What it said, and how it ended. */
  public record Said(int exit, String words) {}

  /**
   * Runs it.
   *
   * @param input what it reads, or null
   * @return empty if it is not installed
   */
  public static Optional<Said> run(
      @org.jspecify.annotations.Nullable Path input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException notInstalled) {
      return Optional.empty();
    }
    String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("promtool did not end: " + words);
    }
    return Optional.of(new Said(process.exitValue(), words));
  }
}
