package dev.weir.monitoring.boards;

import dev.weir.monitoring.telemetry.Metric;
import java.util.List;
import java.util.stream.Collectors;

/** Metrics in Prometheus' query language. */
final class Query {

  /** What the same node has in every series says nothing on a board of one service. */
  private static final List<String> ALIKE =
      List.of("db.system.name", "server.address", "server.port");

  private Query() {}

  /** As its samples are called; those of a histogram have an ending more. */
  static String name(Metric metric) {
    return metric.prometheusName() + (metric.kind() == Metric.Kind.COUNTER ? "_total" : "");
  }

  static List<String> labels(Metric metric) {
    return metric.attributes().stream()
        .filter(it -> !ALIKE.contains(it))
        .map(Metric::prometheus)
        .toList();
  }

  /** What a board shows of it. */
  static String of(Metric metric) {
    String by = String.join(", ", labels(metric));
    return switch (metric.kind()) {
      case COUNTER -> "sum by (%s) (rate(%s[$__rate_interval]))".formatted(by, name(metric));
      case UP_DOWN -> "sum by (%s) (%s)".formatted(by, name(metric));
      case GAUGE -> "max by (%s) (%s)".formatted(by, name(metric));
      case HISTOGRAM -> quantile(metric, 0.99).replace("[5m]", "[$__rate_interval]");
    };
  }

  static String quantile(Metric metric, double quantile) {
    String by = labels(metric).stream().map(it -> it + ", ").collect(Collectors.joining()) + "le";
    return "histogram_quantile(%s, sum by (%s) (rate(%s_bucket[5m])))"
        .formatted(quantile, by, name(metric));
  }
}
