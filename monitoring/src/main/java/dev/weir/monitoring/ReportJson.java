package dev.weir.monitoring;

import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes reports as JSON. Stateless. */
final class ReportJson {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String OUT_OF_SERVICE = "OUT_OF_SERVICE";

  private ReportJson() {}

  private interface Body {
    void write(JsonGenerator json);
  }

  private static String object(Body body) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    }
    return text.toString();
  }

  static String all(HealthReport report, boolean details) {
    return object(
        json -> {
          json.writeStringProperty("status", report.status().name());
          json.writeStringProperty("checkedAt", report.checkedAt().toString());
          json.writeObjectPropertyStart("probes");
          for (HealthGroup group : HealthGroup.values()) {
            json.writeStringProperty(group.toString(), status(report, group));
          }
          json.writeEndObject();
          components(report.monitors(), details, json);
        });
  }

  static String of(HealthReport report, HealthGroup group, List<MonitorReport> parts) {
    return object(
        json -> {
          json.writeStringProperty("status", status(report, group));
          if (isRefused(report, group)) {
            json.writeStringProperty("cause", report.refusal());
          }
          components(parts, false, json);
        });
  }

  private static String status(HealthReport report, HealthGroup group) {
    return isRefused(report, group) ? OUT_OF_SERVICE : report.status(group).name();
  }

  private static boolean isRefused(HealthReport report, HealthGroup group) {
    return group == HealthGroup.READINESS && !report.refusal().isEmpty();
  }

  private static void components(List<MonitorReport> parts, boolean details, JsonGenerator json) {
    json.writeObjectPropertyStart("components");
    for (MonitorReport part : parts) {
      json.writeObjectPropertyStart(part.name());
      json.writeStringProperty("status", part.health().status().name());
      if (details) {
        details(part, json);
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void details(MonitorReport part, JsonGenerator json) {
    json.writeObjectPropertyStart("details");
    json.writeStringProperty("kind", part.kind().name());
    writeUnlessEmpty("cause", part.health().cause(), json);
    if (!part.health().evidence().isEmpty()) {
      json.writeObjectPropertyStart("evidence");
      part.health().evidence().figures().forEach(json::writeStringProperty);
      json.writeEndObject();
    }
    writeUnlessEmpty("mend", part.health().mend(), json);
    json.writeNumberProperty("ageMs", part.age().toMillis());
    json.writeNumberProperty("durationMs", part.duration().toMillis());
    json.writeStringProperty("since", part.history().since().toString());
    writeUnlessEmpty("unsettled", part.history().unsettled(), json);
    changes(part.history().changes(), json);
    json.writeEndObject();
  }

  private static void changes(List<HealthChange> changes, JsonGenerator json) {
    if (changes.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("changes");
    for (HealthChange change : changes) {
      json.writeStartObject();
      json.writeStringProperty("from", change.from().name());
      json.writeStringProperty("to", change.to().name());
      json.writeStringProperty("at", change.at().toString());
      json.writeNumberProperty("lastedMs", change.lasted().toMillis());
      writeUnlessEmpty("cause", change.cause(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeUnlessEmpty(String name, String value, JsonGenerator json) {
    if (!value.isEmpty()) {
      json.writeStringProperty(name, value);
    }
  }
}
