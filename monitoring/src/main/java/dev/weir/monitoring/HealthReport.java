package dev.weir.monitoring;

import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * How everything is at one moment. Immutable.
 *
 * @param checkedAt the moment it speaks of; ages are counted back from it
 * @param monitors one part for each monitor, in the order in which they were given
 */
public record HealthReport(Instant checkedAt, List<MonitorReport> monitors) {

  private static final JsonFactory JSON = new JsonFactory();

  /** Copies the list. */
  public HealthReport {
    Objects.requireNonNull(checkedAt, "checkedAt");
    monitors = List.copyOf(monitors);
  }

  /** The worst status of the parts that count: all but the informational ones. */
  public Health.Status status() {
    return worst(HealthMonitor.Kind.LIVENESS, HealthMonitor.Kind.READINESS);
  }

  /** The worst status among the parts of this kind, up if there is none: for a probe. */
  public Health.Status status(HealthMonitor.Kind kind) {
    return worst(Objects.requireNonNull(kind, "kind"), kind);
  }

  private Health.Status worst(HealthMonitor.Kind one, HealthMonitor.Kind other) {
    return monitors.stream()
        .filter(part -> part.kind() == one || part.kind() == other)
        .map(part -> part.health().status())
        .reduce(Health.Status.UP, Health.Status::worst);
  }

  /** The part of the monitor of that name, if there is one. */
  public Optional<MonitorReport> monitor(String name) {
    return monitors.stream().filter(part -> part.name().equals(name)).findFirst();
  }

  /**
   * As JSON in one line: {@code status}, {@code checkedAt} and {@code monitors}, each with {@code
   * name}, {@code kind}, {@code status}, {@code cause}, {@code evidence} (text by name), {@code
   * mend}, {@code ageMs} and {@code durationMs}. What is empty is left out.
   */
  public String toJson() {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("status", status().name());
      json.writeStringProperty("checkedAt", checkedAt.toString());
      json.writeArrayPropertyStart("monitors");
      monitors.forEach(part -> write(part, json));
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(MonitorReport part, JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("name", part.name());
    json.writeStringProperty("kind", part.kind().name());
    json.writeStringProperty("status", part.health().status().name());
    writeUnlessEmpty("cause", part.health().cause(), json);
    if (!part.health().evidence().isEmpty()) {
      json.writeObjectPropertyStart("evidence");
      part.health().evidence().figures().forEach(json::writeStringProperty);
      json.writeEndObject();
    }
    writeUnlessEmpty("mend", part.health().mend(), json);
    json.writeNumberProperty("ageMs", part.age().toMillis());
    json.writeNumberProperty("durationMs", part.duration().toMillis());
    json.writeEndObject();
  }

  private static void writeUnlessEmpty(String name, String value, JsonGenerator json) {
    if (!value.isEmpty()) {
      json.writeStringProperty(name, value);
    }
  }

  /** A table for people: a head line, then one line for each monitor. */
  public String text() {
    int names = monitors.stream().mapToInt(part -> part.name().length()).max().orElse(1);
    var text = new StringBuilder("%s at %s".formatted(status(), checkedAt));
    for (MonitorReport part : monitors) {
      text.append(
          ("%n  %-" + names + "s  %-8s  %8s ago  %8s  %s")
              .formatted(
                  part.name(),
                  part.health().status(),
                  shown(part.age()),
                  shown(part.duration()),
                  remark(part.health())));
    }
    return text.toString();
  }

  private static String remark(Health health) {
    String figures = health.evidence().text();
    if (health.status() == Health.Status.UP) {
      return figures;
    }
    return "%s (%s); %s".formatted(health.cause(), figures, health.mend());
  }

  private static String shown(Duration duration) {
    long millis = duration.toMillis();
    return millis < 10_000
        ? millis + " ms"
        : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
  }
}
