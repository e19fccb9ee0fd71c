package dev.weir.pool.lease;

import java.time.Duration;

/** What making the wrappers costs a JVM that has done nothing else. */
final class StartCost {

  private StartCost() {}

  public static void main(String[] arguments) {
    long start = System.nanoTime();
    Wrapping made = Wrapping.OF;
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf(
        "the wrappers of JDBC took %d ms (%s)%n", took.toMillis(), made.getClass().getSimpleName());
  }
}
