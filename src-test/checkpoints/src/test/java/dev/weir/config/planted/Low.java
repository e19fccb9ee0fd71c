package dev.weir.config.planted;

import dev.weir.gate.planted.Cyclic;

/** Breaks two rules on purpose: the lowest floor looks up, and what it sees looks back. */
public final class Low {
  private Low() {}

  static String up() {
    return Cyclic.name();
  }

  /** For the way back. */
  public static String name() {
    return "low";
  }
}
