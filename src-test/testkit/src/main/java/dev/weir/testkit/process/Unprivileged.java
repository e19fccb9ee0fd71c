package dev.weir.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How PostgreSQL's programs and PgBouncer are started: they refuse to run as root, so root starts
 * them in a user namespace in which it is nobody, or, where containers forbid that, as the user
 * nobody.
 */
public enum Unprivileged {
  AS_ONESELF(""),
  IN_A_USER_NAMESPACE("unshare -U"),
  AS_NOBODY("setpriv --reuid=65534 --regid=65534 --clear-groups");

  private static final int NOBODY = 65534;

  private final String prefix;

  Unprivileged(String prefix) {
    this.prefix = prefix;
  }

  /** The first way that works for this user on this machine. */
  public static Unprivileged forOwnerOf(Path directory) {
    if (!isRoot(directory)) {
      return AS_ONESELF;
    }
    for (var way : List.of(IN_A_USER_NAMESPACE, AS_NOBODY)) {
      if (way.works()) {
        return way;
      }
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and neither 'unshare -U' nor 'setpriv --reuid=65534' (package"
            + " util-linux) works here; run as another user or name a server in"
            + " WEIR_TEST_POSTGRES_URL");
  }

  List<String> command(Path program, String... arguments) {
    List<String> command = new ArrayList<>();
    Collections.addAll(command, prefix.isEmpty() ? new String[0] : prefix.split(" "));
    command.add(program.toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Gives a fresh directory or file to the one who will run the programs. */
  public void own(Path path) {
    if (this == AS_NOBODY) {
      try {
        Files.setAttribute(path, "unix:uid", NOBODY);
        Files.setAttribute(path, "unix:gid", NOBODY);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot give " + path + " to the user nobody", e);
      }
    }
  }

  /** Whether one so becomes a user who is not root and has a name (initdb asks for it). */
  private boolean works() {
    try {
      var process = new ProcessBuilder(command(Path.of("id"), "-un")).start();
      String name = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(10, TimeUnit.SECONDS)
          && process.exitValue() == 0
          && !name.isBlank()
          && !"root".equals(name.strip());
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean isRoot(Path directory) {
    try {
      return Files.getAttribute(directory, "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot tell who owns " + directory, e);
    }
  }
}
