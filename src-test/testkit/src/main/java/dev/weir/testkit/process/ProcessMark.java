package dev.weir.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A process told apart from a later one with the same number: by when it was started. */
record ProcessMark(long pid, Instant started) {

  static ProcessMark of(ProcessHandle handle) {
    return new ProcessMark(handle.pid(), handle.info().startInstant().orElse(Instant.EPOCH));
  }

  /** The process noted in the file, if it still runs. */
  static Optional<ProcessHandle> read(Path file) throws IOException {
    try {
      String[] words = Files.readString(file).split(" ", 2);
      var mark = new ProcessMark(Long.parseLong(words[0]), Instant.parse(words[1]));
      return ProcessHandle.of(mark.pid).filter(handle -> of(handle).equals(mark));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return pid + " " + started;
  }
}
