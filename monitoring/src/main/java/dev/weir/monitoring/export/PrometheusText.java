package dev.weir.monitoring.export;

import dev.weir.monitoring.telemetry.Distribution;
import dev.weir.monitoring.telemetry.Metric;
import dev.weir.monitoring.telemetry.Metric.Kind;
import dev.weir.monitoring.telemetry.Readout.Series;
import io.opentelemetry.api.common.Attributes;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All figures in Prometheus' text format, version 0.0.4.
 *
 * <p>Written here, with no library: those that write it split one package over two jars, which the
 * module path refuses as soon as a service brings the other one for Micrometer.
 */
public final class PrometheusText {

  private final StringBuilder text = new StringBuilder();

  private PrometheusText() {}

  /** The text. */
  public static String of(Map<Series, Double> values, List<Distribution> distributions) {
    Map<Metric, Map<String, String>> lines = new EnumMap<>(Metric.class);
    values.forEach(
        (series, value) -> {
          String labels = labels(series.attributes());
          String name = sampleName(series.metric());
          lines
              .computeIfAbsent(series.metric(), _ -> new TreeMap<>())
              .put(labels, "%s%s %s\n".formatted(name, braced(labels), number(value)));
        });
    for (Distribution one : distributions) {
      lines
          .computeIfAbsent(one.metric(), _ -> new TreeMap<>())
          .put(labels(one.attributes()), histogram(one));
    }
    var writer = new PrometheusText();
    lines.forEach(writer::family);
    return writer.text.toString();
  }

  /** What its samples are called, those of a histogram without their ending. */
  static String sampleName(Metric metric) {
    return metric.prometheusName() + (metric.kind() == Kind.COUNTER ? "_total" : "");
  }

  private void family(Metric metric, Map<String, String> lines) {
    String name = sampleName(metric);
    String type =
        switch (metric.kind()) {
          case COUNTER -> "counter";
          case UP_DOWN, GAUGE -> "gauge";
          case HISTOGRAM -> "histogram";
        };
    String help = metric.description().replace("\\", "\\\\").replace("\n", "\\n");
    text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
    lines.values().forEach(text::append);
  }

  private static String histogram(Distribution one) {
    String name = one.metric().prometheusName();
    String labels = labels(one.attributes());
    String before = labels.isEmpty() ? "" : labels + ",";
    Distribution.State state = one.state();
    var lines = new StringBuilder();
    long below = 0;
    for (int i = 0; i < state.counts().size(); i++) {
      below += state.counts().get(i);
      String bound =
          i < one.metric().buckets().size() ? number(one.metric().buckets().get(i)) : "+Inf";
      lines.append("%s_bucket{%sle=\"%s\"} %d\n".formatted(name, before, bound, below));
    }
    return lines
        .append("%s_sum%s %s\n".formatted(name, braced(labels), number(state.seconds())))
        .append("%s_count%s %d\n".formatted(name, braced(labels), below))
        .toString();
  }

  private static String labels(Attributes attributes) {
    var all = new TreeMap<String, String>();
    attributes.forEach(
        (key, value) -> all.put(Metric.prometheus(key.getKey()), escaped(value.toString())));
    var joined = new StringBuilder();
    all.forEach(
        (key, value) ->
            joined
                .append(joined.isEmpty() ? "" : ",")
                .append(key)
                .append("=\"")
                .append(value)
                .append('"'));
    return joined.toString();
  }

  private static String braced(String labels) {
    return labels.isEmpty() ? "" : "{" + labels + "}";
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
