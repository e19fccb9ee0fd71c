package dev.weir.benchmarks.load.measure;

import java.util.List;

/**
 * What is run once in each round: one rival under one variant of the load, or several at once if
 * only short alternating slices make them comparable. Immutable.
 *
 * @param variant which load
 * @param rivals who, in the order of the figures
 * @param measurement runs it and gives the figures of each
 */
public record Trial(String variant, List<String> rivals, Measurement measurement) {

  /** One rival alone. */
  public static Trial of(String variant, String rival, Single measurement) {
    return new Trial(variant, List.of(rival), () -> List.of(measurement.run()));
  }

  /** Runs it and gives the figures of each rival. */
  @FunctionalInterface
  public interface Measurement {
    /** Runs it. */
    List<Figures> run() throws Exception;
  }

  /** Runs it and gives the figures. */
  @FunctionalInterface
  public interface Single {
    /** Runs it. */
    Figures run() throws Exception;
  }
}
