package dev.weir.monitoring.boards;

import dev.weir.monitoring.telemetry.Metric;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** The board for Grafana: a panel for each metric, in rows by what they are about. */
final class Board {

  private static final int ACROSS = 3;
  private static final int WIDTH = 24 / ACROSS;
  private static final int HEIGHT = 8;

  private final JsonGenerator json;
  private int panels;
  private int top;

  private Board(JsonGenerator json) {
    this.json = json;
  }

  static String json() {
    var text = new StringWriter();
    var pretty =
        new DefaultPrettyPrinter()
            .withObjectIndenter(new tools.jackson.core.util.DefaultIndenter("  ", "\n"));
    var context =
        new ObjectWriteContext.Base() {
          @Override
          public tools.jackson.core.PrettyPrinter getPrettyPrinter() {
            return pretty;
          }
        };
    try (JsonGenerator json = new JsonFactory().createGenerator(context, text)) {
      new Board(json).write();
    }
    return text + "\n";
  }

  private static Map<String, String> rows() {
    var rows = new LinkedHashMap<String, String>();
    rows.put("db.client.", "Connections");
    rows.put("weir.connection.", "What becomes of connections");
    rows.put("weir.pool.", "How the pool moves");
    rows.put("weir.transaction.", "Transactions");
    rows.put("weir.gate.", "Gates");
    rows.put("weir.breaker.", "Circuits");
    rows.put("weir.task.", "Tasks");
    rows.put("weir.schedule.", "Schedules");
    rows.put("weir.events.", "Events");
    rows.put("weir.health.", "Health");
    rows.put("weir.slo.", "Objectives");
    rows.put("weir.telemetry.", "Telemetry");
    return rows;
  }

  private void write() {
    json.writeStartObject();
    json.writeStringProperty("uid", "weir");
    json.writeStringProperty("title", "Weir");
    json.writeNumberProperty("schemaVersion", 39);
    json.writeStringProperty("refresh", "10s");
    json.writeObjectPropertyStart("time");
    json.writeStringProperty("from", "now-30m");
    json.writeStringProperty("to", "now");
    json.writeEndObject();
    json.writeArrayPropertyStart("panels");
    rows().forEach(this::row);
    json.writeEndArray();
    json.writeEndObject();
  }

  private void row(String prefix, String title) {
    json.writeStartObject();
    json.writeNumberProperty("id", ++panels);
    json.writeStringProperty("type", "row");
    json.writeStringProperty("title", title);
    place(0, 24, 1);
    json.writeEndObject();
    top++;
    int column = 0;
    for (Metric metric : Metric.values()) {
      if (metric.id().startsWith(prefix)) {
        panel(metric, column);
        column = (column + 1) % ACROSS;
        top += column == 0 ? HEIGHT : 0;
      }
    }
    top += column == 0 ? 0 : HEIGHT;
  }

  private void place(int x, int width, int height) {
    json.writeObjectPropertyStart("gridPos");
    json.writeNumberProperty("x", x);
    json.writeNumberProperty("y", top);
    json.writeNumberProperty("w", width);
    json.writeNumberProperty("h", height);
    json.writeEndObject();
  }

  private void panel(Metric metric, int column) {
    json.writeStartObject();
    json.writeNumberProperty("id", ++panels);
    json.writeStringProperty("type", "timeseries");
    json.writeStringProperty("title", metric.id() + what(metric));
    json.writeStringProperty("description", metric.description());
    place(column * WIDTH, WIDTH, HEIGHT);
    json.writeObjectPropertyStart("datasource");
    json.writeStringProperty("type", "prometheus");
    json.writeStringProperty("uid", "prometheus");
    json.writeEndObject();
    json.writeObjectPropertyStart("fieldConfig");
    json.writeObjectPropertyStart("defaults");
    json.writeStringProperty("unit", metric.unit().equals("s") ? "s" : "short");
    json.writeEndObject();
    json.writeArrayPropertyStart("overrides");
    json.writeEndArray();
    json.writeEndObject();
    json.writeArrayPropertyStart("targets");
    json.writeStartObject();
    json.writeStringProperty("refId", "A");
    json.writeStringProperty("expr", Query.of(metric));
    json.writeStringProperty("legendFormat", legend(metric));
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String what(Metric metric) {
    return switch (metric.kind()) {
      case COUNTER -> ", per second";
      case HISTOGRAM -> ", 99th percentile";
      case UP_DOWN, GAUGE -> "";
    };
  }

  private static String legend(Metric metric) {
    return Query.labels(metric).stream().map("{{%s}}"::formatted).collect(Collectors.joining(" "));
  }
}
