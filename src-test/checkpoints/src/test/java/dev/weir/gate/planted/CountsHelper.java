package dev.weir.gate.planted;

import io.micrometer.planted.Meter;

/** Breaks two rules on purpose: it counts below monitoring, and its name says nothing. */
final class CountsHelper {
  private CountsHelper() {}

  static Object count() {
    return new Meter();
  }
}
