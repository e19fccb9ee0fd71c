package dev.weir.pool.line;

import dev.weir.pool.PlantedAbove;

/** Breaks a rule on purpose: the lowest room of the pool looks up. */
final class Planted {
  private Planted() {}

  static String up() {
    return PlantedAbove.name();
  }
}
