package dev.weir.benchmarks.load.measure;

import java.util.Locale;

/**
 * One figure that a scenario gives of each rival: a column of its table. Immutable.
 *
 * @param name what it is, without the unit
 * @param unit its unit, or empty for a bare number
 * @param decimals how many digits after the point are worth reading
 */
public record Metric(String name, String unit, int decimals) {

  /** Time of all processors that other guests of the host took while a round ran. */
  public static final Metric STEAL = new Metric("steal", "%", 1);

  /** Processor time of this JVM for each operation. */
  public static final Metric CPU = new Metric("cpu", "us/op", 1);

  /** Name and unit, as a heading. */
  public String heading() {
    return unit.isEmpty() ? name : name + " " + unit;
  }

  /** The value as it is printed; a dash if there is none. */
  public String show(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
