package dev.weir.gate.planted;

import java.time.Duration;

/** Breaks a rule on purpose: it sleeps, and keeps something for each thread. */
final class Sleeper {
  static final ThreadLocal<String> KEPT = new ThreadLocal<>();

  private Sleeper() {}

  static void briefly() throws InterruptedException {
    Thread.sleep(1);
  }

  static void forLong() throws InterruptedException {
    Thread.sleep(Duration.ofDays(1));
  }
}
