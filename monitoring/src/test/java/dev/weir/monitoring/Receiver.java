package dev.weir.monitoring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Takes OTLP over HTTP and decodes it, as a collector does. */
final class Receiver implements AutoCloseable {

  private final HttpServer server;
  private final ConcurrentLinkedQueue<ExportMetricsServiceRequest> metrics =
      new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<ExportTraceServiceRequest> traces =
      new ConcurrentLinkedQueue<>();

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/metrics",
        exchange -> {
          metrics.add(ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody()));
          answer(exchange);
        });
    server.createContext(
        "/v1/traces",
        exchange -> {
          traces.add(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()));
          answer(exchange);
        });
    server.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** The last word on each metric of Weir's, by name. */
  Map<String, Metric> metrics() {
    return metrics.stream()
        .flatMap(it -> it.getResourceMetricsList().stream())
        .flatMap(it -> it.getScopeMetricsList().stream())
        .filter(it -> it.getScope().getName().equals("dev.weir"))
        .flatMap(it -> it.getMetricsList().stream())
        .collect(
            Collectors.toMap(Metric::getName, it -> it, (_, later) -> later, LinkedHashMap::new));
  }

  /** How many processes or SDKs have sent this metric: each is a resource of its own. */
  long exportersOf(String metric) {
    return metrics.stream()
        .flatMap(it -> it.getResourceMetricsList().stream())
        .filter(
            it ->
                it.getScopeMetricsList().stream()
                    .flatMap(scope -> scope.getMetricsList().stream())
                    .anyMatch(one -> one.getName().equals(metric)))
        .map(it -> it.getResource())
        .distinct()
        .count();
  }

  List<Span> spans() {
    return traces.stream()
        .flatMap(it -> it.getResourceSpansList().stream())
        .flatMap(it -> it.getScopeSpansList().stream())
        .flatMap(it -> it.getSpansList().stream())
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
