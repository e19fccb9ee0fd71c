package dev.weir.config.sources;

import java.util.List;
import java.util.stream.Stream;

/**
 * What was found. Immutable.
 *
 * @param raws the values, the weakest source first
 * @param faults what could not be read at all: the value is empty
 * @param warnings what is odd about the sources, in sentences
 */
public record Reading(List<Raw> raws, List<Fault> faults, List<String> warnings) {
  /** A reading; the lists are copied. */
  public Reading {
    raws = List.copyOf(raws);
    faults = List.copyOf(faults);
    warnings = List.copyOf(warnings);
  }

  /**
   * Something that could not be read.
   *
   * @param at where
   * @param reason why, and what to write instead
   */
  public record Fault(Raw at, String reason) {}

  /** Nothing found. */
  public static Reading nothing() {
    return new Reading(List.of(), List.of(), List.of());
  }

  static Reading of(List<Raw> raws) {
    return new Reading(raws, List.of(), List.of());
  }

  /** This and then that, which wins. */
  public Reading then(Reading other) {
    return new Reading(
        join(raws, other.raws), join(faults, other.faults), join(warnings, other.warnings));
  }

  private static <T> List<T> join(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
