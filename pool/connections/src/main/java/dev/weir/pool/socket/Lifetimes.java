package dev.weir.pool.socket;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When sockets leave although nothing is wrong with them. Immutable.
 *
 * @param idle unused for that long, above {@code pool.min}
 * @param age open for that long, or up to a fifth less, so that they do not leave together
 * @param keepalive unused for that long, they are asked whether they live
 */
record Lifetimes(Duration idle, Duration age, Duration keepalive) {

  /** How often the coarse clock ticks: the borrow path must not read a real one. */
  static final Duration TICK = Duration.ofMillis(250);

  /** The usual values of HikariCP, which proved themselves. */
  static final Lifetimes USUAL =
      new Lifetimes(Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofMinutes(2));

  static int ticks(Duration duration) {
    return (int) Math.max(1, duration.dividedBy(TICK));
  }

  int randomAge(RandomGenerator chance) {
    int usual = ticks(age);
    return usual - chance.nextInt(usual / 5 + 1);
  }
}
