package dev.weir.gate.planted;

import dev.weir.config.planted.Low;

/** Breaks a rule on purpose: it looks back at what looks at it. */
public final class Cyclic {
  private Cyclic() {}

  /** For the way up. */
  public static String name() {
    return "cyclic";
  }

  static String back() {
    return Low.name();
  }
}
