package dev.weir.gate.planted.room;

import dev.weir.gate.planted.Outer;

/** Breaks a rule on purpose: it looks back at the room that looks at it. */
public final class Inner {
  private Inner() {}

  /** For the way in. */
  public static String name() {
    return "inner";
  }

  static String back() {
    return Outer.name();
  }
}
