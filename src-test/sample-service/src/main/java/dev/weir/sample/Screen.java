package dev.weir.sample;

import java.io.Console;
import java.io.PrintStream;

/**
 * Where the demo is watched: on a terminal the progress is one line that changes, in a log it is a
 * line a second. Not safe for use by many threads.
 */
final class Screen {

  private static final int WIDTH = 79;

  private final PrintStream out;
  private final boolean terminal;
  private boolean open;

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  // JDK 22 to 24 had a console in every case; in 25 there is none without a terminal again.
  @SuppressWarnings("SystemConsoleNull")
  static Screen ofThisProcess() {
    Console console = System.console();
    return new Screen(System.out, console != null && console.isTerminal());
  }

  /** Lines that stay. */
  void say(String text) {
    if (open) {
      out.println();
      open = false;
    }
    out.println(text);
    out.flush();
  }

  /** How far it is. */
  void progress(String line) {
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
      open = true;
    } else {
      out.println(line);
    }
    out.flush();
  }
}
