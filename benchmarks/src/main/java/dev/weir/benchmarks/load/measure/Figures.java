package dev.weir.benchmarks.load.measure;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one rival did in one round. Immutable.
 *
 * @param values by metric; a metric that does not apply is left out
 */
public record Figures(Map<Metric, Double> values) {

  /** Copies the map. */
  public Figures {
    values = Map.copyOf(values);
  }

  /** None yet. */
  public static Figures none() {
    return new Figures(Map.of());
  }

  /** The same and one more. */
  public Figures with(Metric metric, double value) {
    var more = new LinkedHashMap<>(values);
    more.put(metric, value);
    return new Figures(more);
  }

  /** The value, or NaN if it does not apply. */
  public double of(Metric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }
}
