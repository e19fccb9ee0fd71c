package dev.weir.monitoring.alert;

import dev.weir.monitoring.Evidence;
import dev.weir.monitoring.slo.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * An alert of the service's own. Immutable.
 *
 * <pre>{@code
 * Alert.when("orders-pile-up", () -> orders.waiting() > 1_000)
 *     .because("more than 1000 orders wait", "start more packers")
 *     .hold(Hold.atOnce().lasting(Duration.ofMinutes(2)).cooldown(Duration.ofMinutes(30)));
 * }</pre>
 *
 * @param name its name, and its key
 * @param condition whether it is wrong now; asked every few seconds on a task of its own
 * @param severity how soon somebody must look
 * @param cause what is wrong, in words
 * @param mend what to do about it
 * @param hold how much it takes
 */
public record Alert(
    String name,
    BooleanSupplier condition,
    Severity severity,
    String cause,
    String mend,
    Hold hold) {

  /**
   * Checks that all is there.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public Alert {
    Objects.requireNonNull(condition, "condition");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(mend, "mend");
    Objects.requireNonNull(hold, "hold");
    if (name.isBlank()) {
      throw new IllegalArgumentException("An alert needs a name.");
    }
  }

  /** A ticket as soon as that is true. */
  public static Alert when(String name, BooleanSupplier condition) {
    return new Alert(name, condition, Severity.TICKET, "its condition is true", "", Hold.atOnce());
  }

  /** The same, of another severity. */
  public Alert severity(Severity severity) {
    return new Alert(name, condition, severity, cause, mend, hold);
  }

  /** The same, saying what is wrong and what to do. */
  public Alert because(String cause, String mend) {
    return new Alert(name, condition, severity, cause, mend, hold);
  }

  /** The same with another hold. */
  public Alert hold(Hold hold) {
    return new Alert(name, condition, severity, cause, mend, hold);
  }

  AlertSource source() {
    return () ->
        List.of(
            new Finding(name, severity, condition.getAsBoolean(), cause, Evidence.none(), mend));
  }

  /** The same, lasting. */
  public Alert lasting(Duration lasting) {
    return hold(hold.lasting(lasting));
  }
}
