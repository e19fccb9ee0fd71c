package dev.weir.testkit.process;

import dev.weir.testkit.time.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One running server with all its children, and the signals that stop, freeze and kill them. */
final class ServerProcess {
  private static final Duration DEATH = Duration.ofSeconds(10);

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ServerProcess start(List<String> command, Path directory, Path log) {
    try {
      var builder = new ProcessBuilder(command).directory(directory.toFile());
      builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      return new ServerProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + command.getFirst(), e);
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Numbers of the server's process and of all its children, the server's first. */
  List<Long> pids() {
    return tree(process.toHandle()).map(ProcessHandle::pid).toList();
  }

  /** What the server wrote last, for an error message. */
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }

  /**
   * Asks the server alone to end, and kills it with all its children if it has not done so in time.
   */
  void stop(String signal, Duration patience) {
    List<ProcessHandle> tree = tree(process.toHandle()).toList();
    signal(signal, List.of(process.toHandle()));
    if (!endsWithin(patience)) {
      killTree(process.toHandle());
    }
    awaitDeath(tree);
  }

  /** As a crash of the machine's making: SIGKILL to the server and all its children. */
  void kill() {
    killTree(process.toHandle());
  }

  /**
   * SIGSTOP to the whole tree; the parent first, so that it cannot fork while its children freeze.
   */
  void pause() {
    Set<ProcessHandle> frozen = new HashSet<>();
    List<ProcessHandle> next = List.of(process.toHandle());
    while (!next.isEmpty()) {
      signal("STOP", next);
      frozen.addAll(next);
      next = tree(process.toHandle()).filter(handle -> !frozen.contains(handle)).toList();
    }
  }

  void resume() {
    signal("CONT", tree(process.toHandle()).toList().reversed());
  }

  /** Freezes the root before it counts the children: a frozen parent cannot fork one more. */
  static void killTree(ProcessHandle root) {
    signal("STOP", List.of(root));
    List<ProcessHandle> tree = tree(root).toList();
    signal("KILL", tree);
    awaitDeath(tree);
  }

  private boolean endsWithin(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Stream<ProcessHandle> tree(ProcessHandle root) {
    return Stream.concat(Stream.of(root), root.descendants());
  }

  private static void awaitDeath(List<ProcessHandle> tree) {
    Waiting.until(
        DEATH,
        () -> "death of the processes " + tree,
        () -> tree.stream().noneMatch(ServerProcess::runs));
  }

  /** A dead process that nobody has waited for yet still has a number, but runs no more. */
  private static boolean runs(ProcessHandle handle) {
    return handle.isAlive() && !isZombie(handle.pid());
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      // No such file: gone by now, or a system without /proc.
      return false;
    }
  }

  /** By the shell's own kill: every system has it, a program of that name not all do. */
  private static void signal(String signal, List<ProcessHandle> processes) {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "kill -" + signal + " \"$@\"", "sh"));
    processes.forEach(handle -> command.add(Long.toString(handle.pid())));
    try {
      new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send SIG" + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
