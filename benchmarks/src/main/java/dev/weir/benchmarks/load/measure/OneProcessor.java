package dev.weir.benchmarks.load.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps this JVM and some other processes on one processor together, until it is closed.
 *
 * <p>A client and its server that take turns cost twice as much or half, for seconds on end,
 * depending on which processors the kernel has put them. On one processor that chance is gone: what
 * passes is the work of both. Linux only, by {@code taskset}.
 */
public final class OneProcessor implements AutoCloseable {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  private final List<Long> pids = new ArrayList<>();
  private final String before;

  private OneProcessor(List<Long> others, String before) {
    pids.add(ProcessHandle.current().pid());
    pids.addAll(others);
    this.before = before;
  }

  /** Whether this machine can do it. */
  public static boolean isPossible() {
    try {
      return Files.isReadable(STATUS)
          && new ProcessBuilder("taskset", "-p", "1").start().waitFor() >= 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Puts them there: all threads and processes they start meanwhile, too.
   *
   * @param others processes beside this JVM
   * @throws IOException if {@code taskset} refuses
   */
  public static OneProcessor with(List<Long> others) throws IOException {
    String before = allowed();
    var together = new OneProcessor(others, before);
    together.move(last(before));
    return together;
  }

  private static String allowed() throws IOException {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(ALLOWED))
          .map(line -> line.substring(ALLOWED.length()).strip())
          .findFirst()
          .orElseThrow(() -> new IOException(STATUS + " has no line " + ALLOWED));
    }
  }

  private static String last(String processors) {
    return processors.substring(
        1 + Math.max(processors.lastIndexOf(','), processors.lastIndexOf('-')));
  }

  private void move(String processors) throws IOException {
    for (long pid : pids) {
      Process taskset =
          new ProcessBuilder("taskset", "-a", "-c", "-p", processors, Long.toString(pid))
              .redirectErrorStream(true)
              .start();
      String said = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      // A process that has ended meanwhile needs no place.
      if (!said.contains("affinity list") && ProcessHandle.of(pid).isPresent()) {
        throw new IOException("taskset could not move process " + pid + ": " + said.strip());
      }
    }
  }

  /** Lets them go where they were. */
  @Override
  public void close() throws IOException {
    move(before);
  }
}
