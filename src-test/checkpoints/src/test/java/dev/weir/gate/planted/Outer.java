package dev.weir.gate.planted;

import dev.weir.gate.planted.room.Inner;

/** Breaks a rule on purpose: what it sees in the next room looks back. */
public final class Outer {
  private Outer() {}

  /** For the way back. */
  public static String name() {
    return "outer";
  }

  static String in() {
    return Inner.name();
  }
}
