package dev.weir.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A program in a JVM of its own, on this one's class path, to be told to end by real signals. It
 * begins with none of them ignored, whatever this JVM was started with, where {@code env} can do
 * that (GNU coreutils 8.31 or newer). Safe for any thread.
 */
public final class ChildProgram implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m");

  private final Process process;
  private final Path output;

  private ChildProgram(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * What a child is started with. Immutable.
   *
   * @param main the class to run
   * @param directory where it works; its output goes there, into {@code out.txt}
   * @param options of the JVM, such as {@code -Dkey=value}
   * @param environment beside what this JVM has, less what begins with {@code WEIR_}
   */
  public record Setup(
      Class<?> main, Path directory, List<String> options, Map<String, String> environment) {

    /** Copies the collections. */
    public Setup {
      options = List.copyOf(options);
      environment = Map.copyOf(environment);
    }

    /** With nothing but what must be. */
    public static Setup of(Class<?> main, Path directory) {
      return new Setup(main, directory, List.of(), Map.of());
    }

    /** The same with one more option. */
    public Setup option(String option) {
      List<String> more = new ArrayList<>(options);
      more.add(option);
      return new Setup(main, directory, more, environment);
    }

    /** The same with one more variable. */
    public Setup variable(String name, String value) {
      Map<String, String> more = new HashMap<>(environment);
      more.put(name, value);
      return new Setup(main, directory, options, more);
    }

    /** Starts it. */
    public ChildProgram start(String... arguments) throws IOException {
      Path output = directory.resolve("out.txt");
      var builder =
          new ProcessBuilder(command(List.of(arguments)))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("WEIR_"));
      builder.environment().putAll(environment);
      return new ChildProgram(builder.start(), output);
    }

    private List<String> command(List<String> arguments) {
      List<String> command = new ArrayList<>(Signals.UNIGNORED);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(QUICK_START);
      command.addAll(options);
      command.addAll(List.of("-cp", classPath(), main.getName()));
      command.addAll(arguments);
      return command;
    }

    /** Absolute, since the child works elsewhere. */
    private static String classPath() {
      String all =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
      return Arrays.stream(all.split(File.pathSeparator))
          .filter(entry -> !entry.isEmpty())
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  /** How to start a program with the usual way of each signal; nothing where that is unknown. */
  private static final class Signals {
    static final List<String> UNIGNORED = find();

    private static List<String> find() {
      List<String> env = List.of("env", "--default-signal=HUP,INT,TERM,USR1");
      List<String> trial = new ArrayList<>(env);
      trial.add("true");
      try {
        Process tried = new ProcessBuilder(trial).redirectErrorStream(true).start();
        return tried.waitFor() == 0 ? env : List.of();
      } catch (IOException absent) {
        return List.of();
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return List.of();
      }
    }
  }

  /**
   * Waits until it has said this.
   *
   * @throws AssertionError if it ends before or does not say so within a minute, with all it said
   */
  public void awaitOutput(String text) {
    awaitOutput(text, PATIENCE);
  }

  /**
   * Waits so long until it has said this.
   *
   * @throws AssertionError if it ends before or does not say so in time, with all it said
   */
  public void awaitOutput(String text, Duration patience) {
    Await.until(
        patience,
        () -> "the child to say '%s'; it said: %s".formatted(text, output()),
        () -> output().contains(text) || !process.isAlive());
    if (!output().contains(text)) {
      throw new AssertionError(
          "The child ended with %d before it said '%s'; it said: %s"
              .formatted(process.exitValue(), text, output()));
    }
  }

  /** Sends it a signal, such as {@code TERM}. */
  public void signal(String name) {
    try {
      String command = "kill -%s %d".formatted(name, process.pid());
      int code = new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
      if (code != 0 && process.isAlive()) {
        throw new IllegalStateException("%s ended with %d".formatted(command, code));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupt);
    }
  }

  /** Ends what it reads, for one that waits for that. */
  public void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Waits for its end.
   *
   * @return its exit code
   * @throws AssertionError if it does not end in time, with all it said
   */
  public int awaitExit(Duration patience) {
    try {
      if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError(
            "The child lives after %s; it said: %s".formatted(patience, output()));
      }
      return process.exitValue();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupt);
    }
  }

  /** All it has said so far, errors included. */
  public String output() {
    try {
      return Files.exists(output) ? Files.readString(output) : "";
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Ends it at once, if it has not ended. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
