package dev.weir.testkit;

import dev.weir.testkit.time.Waiting;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The one bounded wait for a condition of the real world. Stateless, so any thread may wait. */
public final class Await {
  private Await() {}

  /**
   * Returns as soon as the condition holds. A condition that throws counts as not yet true.
   *
   * @param patience how long to wait at most
   * @param description what is waited for, as it shall read after "Waited 2 s for"
   * @throws AssertionError if the condition does not hold in time, or the thread is interrupted
   *     (which stays so); names the description and what the last check gave
   */
  public static void until(Duration patience, String description, BooleanSupplier condition) {
    until(patience, () -> description, condition);
  }

  /** As above, with a description taken at the moment of failure, so that it can tell the state. */
  public static void until(
      Duration patience, Supplier<String> description, BooleanSupplier condition) {
    Waiting.until(patience, description, condition);
  }
}
