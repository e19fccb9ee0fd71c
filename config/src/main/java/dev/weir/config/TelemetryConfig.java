package dev.weir.config;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is told to the outside of figures and traces. Immutable.
 *
 * @param target where metrics go ({@code telemetry.target})
 * @param spans what becomes a span of a trace ({@code telemetry.spans})
 * @param mdc whether the log context of tasks and subscribers tells the ids of their trace ({@code
 *     telemetry.mdc})
 */
public record TelemetryConfig(Target target, Spans spans, boolean mdc) {

  /** No part may be null. */
  public TelemetryConfig {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(spans, "spans");
  }

  /** Wherever somebody listens, every span, and nothing in the log context. */
  public static TelemetryConfig defaults() {
    return new TelemetryConfig(Target.AUTO, Spans.ALL, false);
  }

  /** The same with metrics going elsewhere. */
  public TelemetryConfig target(Target target) {
    return new TelemetryConfig(target, spans, mdc);
  }

  /** The same with other spans. */
  public TelemetryConfig spans(Spans spans) {
    return new TelemetryConfig(target, spans, mdc);
  }

  /** The same with the ids of the trace in the log context, or without. */
  public TelemetryConfig mdc(boolean mdc) {
    return new TelemetryConfig(target, spans, mdc);
  }

  /** Where metrics go: to one place in a process, so that nothing is counted twice. */
  public enum Target {
    /** To OpenTelemetry, until a Micrometer registry is bound; then there alone. */
    AUTO,
    /** To OpenTelemetry. */
    OTEL,
    /** To Micrometer. */
    MICROMETER,
    /** Nowhere. */
    NONE;

    static Target of(String text) {
      return oneOf(values(), text);
    }

    /** The name as it is written in settings: lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What becomes a span. */
  public enum Spans {
    /** Sessions, transactions, long waits, tasks and events. */
    ALL,
    /** Long waits, tasks and events. */
    WORK,
    /** Nothing. */
    OFF;

    static Spans of(String text) {
      return oneOf(values(), text);
    }

    /** The name as it is written in settings: lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static <E extends Enum<E>> E oneOf(E[] all, String text) {
    return Stream.of(all)
        .filter(it -> it.toString().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be " + words(all)));
  }

  private static String words(Object[] all) {
    String most =
        Stream.of(all)
            .limit(all.length - 1L)
            .map(Object::toString)
            .collect(Collectors.joining(", "));
    return most + " or " + all[all.length - 1];
  }
}
