package dev.weir.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A demo that ran in a JVM of its own, as Maven runs it.
 *
 * @param exitCode how it ended
 * @param output what it wrote, errors included
 * @param processes those it had started while it ran
 */
record ChildDemo(int exitCode, String output, List<ProcessHandle> processes) {

  static ChildDemo run(Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath(), Demo.class.getName()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("WEIR_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      return watched(process);
    } finally {
      process.destroyForcibly();
    }
  }

  private static ChildDemo watched(Process process) throws IOException, InterruptedException {
    var output = new StringBuilder();
    List<ProcessHandle> processes = List.of();
    try (var lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.append(line).append('\n');
        if (line.contains("turn 1 of 4") && processes.isEmpty()) {
          processes = process.descendants().toList();
        }
      }
    }
    boolean ended = process.waitFor(30, TimeUnit.SECONDS);
    return new ChildDemo(ended ? process.exitValue() : -1, output.toString(), processes);
  }

  /** Ours without the test classes and their libraries, as at run time. */
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains("junit") && !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Double figure(String text) {
    return text.equals("-") ? Double.NaN : Double.valueOf(text);
  }

  /** The words of the table's row for a caller on a side, from its figures on. */
  List<Double> row(String caller, String side) {
    String start = caller + " +" + side + " +";
    return output
        .lines()
        .map(String::strip)
        .filter(line -> line.matches(start + ".*"))
        .map(line -> line.replaceFirst(start, "").replace(",", ""))
        .map(figures -> Arrays.stream(figures.split(" +", -1)).map(ChildDemo::figure).toList())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row for " + caller + " on " + side + output));
  }
}
