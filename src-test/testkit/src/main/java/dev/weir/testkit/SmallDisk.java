package dev.weir.testkit;

import dev.weir.testkit.process.Unprivileged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a few megabytes, for a server that shall find its disk full. It lies in memory
 * and is mounted, which root alone may do. Safe for any thread.
 */
public final class SmallDisk implements AutoCloseable {
  private static final int SECONDS = 20;

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /**
   * Mounts one, in a directory that a PostgreSQL of this testkit may write to.
   *
   * @param megabytes how large it is
   * @throws RuntimeException that makes JUnit skip the test with the reason, if this user on this
   *     machine may not mount
   */
  public static SmallDisk ofMegabytes(int megabytes) {
    try {
      Path directory = Files.createTempDirectory("weir-small-disk-");
      var mount = List.of("mount", "-t", "tmpfs", "-o", "mode=0777,size=" + megabytes + "m");
      if (!succeeds(mount, "weir-small-disk", directory.toString())) {
        Files.delete(directory);
        throw Skipped.because("no file system can be mounted here: that takes root on Linux");
      }
      var disk = new SmallDisk(directory);
      Unprivileged.forOwnerOf(directory).own(Files.createDirectory(disk.path()));
      return disk;
    } catch (IOException failure) {
      throw new UncheckedIOException("No directory for a small disk", failure);
    }
  }

  /** An empty directory on it. */
  public Path path() {
    return directory.resolve("space");
  }

  /** Unmounts it, with all that is on it; whoever has files there open keeps those. */
  @Override
  public void close() {
    if (succeeds(List.of("umount", "-l"), directory.toString())) {
      try {
        Files.deleteIfExists(directory);
      } catch (IOException failure) {
        throw new UncheckedIOException("Cannot remove " + directory, failure);
      }
    }
  }

  private static boolean succeeds(List<String> command, String... arguments) {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    try {
      Process run =
          new ProcessBuilder(whole)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return run.waitFor(SECONDS, TimeUnit.SECONDS) && run.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
