package dev.weir.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The main class of {@code benchmarks.jar}: hands on to JMH, with allocation measured unless
 * another profiler is asked for.
 *
 * <p>Compiled for Java 17, so that an older JDK than the one needed gets a sentence and no stack
 * trace.
 */
public final class Launcher {

  static final int NEEDED = 25;

  private Launcher() {}

  /** Runs JMH with these arguments; {@code -h} tells which there are. */
  public static void main(String[] arguments) throws Exception {
    int found = Runtime.version().feature();
    if (found < NEEDED) {
      System.err.println(refusal(found, System.getProperty("java.home")));
      System.exit(1);
    }
    org.openjdk.jmh.Main.main(withProfiler(arguments));
  }

  static String refusal(int found, String home) {
    return "The benchmarks need JDK "
        + NEEDED
        + ", but this is "
        + found
        + " ("
        + home
        + "); start them with the java of a JDK "
        + NEEDED
        + ".";
  }

  static String[] withProfiler(String[] arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    if (all.stream().noneMatch(word -> word.startsWith("-prof") || word.matches("-h|-l.*"))) {
      all.addAll(List.of("-prof", "gc"));
    }
    return all.toArray(new String[0]);
  }
}
