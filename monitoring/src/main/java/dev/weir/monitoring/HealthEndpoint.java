package dev.weir.monitoring;

import dev.weir.config.HealthConfig;
import dev.weir.monitoring.web.Caller;
import dev.weir.monitoring.web.HttpDoor;
import dev.weir.monitoring.web.Page;
import dev.weir.tasks.SystemTasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Health by HTTP: {@code /health} (everything), {@code /health/live}, {@code /health/ready}, {@code
 * /health/started}, and {@code /metrics} if there are any. Each health path answers 200 or 503;
 * {@code /health} answers 503 if the overall status is down. Reports are the cached ones: no
 * request runs a check. Causes, figures and mends are shown to callers from this machine alone (and
 * to what a proxy on it forwards); others see statuses. GET and HEAD only; on a loopback address
 * only under addresses, {@code localhost} and names below it. At most {@value HttpDoor#MOST}
 * exchanges at once; one more ends the oldest; none takes longer than 5 s. Safe for use by many
 * threads.
 */
public final class HealthEndpoint implements AutoCloseable {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpDoor door;

  private HealthEndpoint(HttpDoor door) {
    this.door = door;
  }

  /**
   * Opens the endpoint.
   *
   * @param health what is reported
   * @param metrics metrics as Prometheus reads them, made anew for each request; null for none
   * @throws IllegalStateException if the settings name no port, or nobody can listen there
   */
  public static HealthEndpoint open(
      HealthConfig.Endpoint config,
      SystemTasks system,
      HealthRegistry health,
      @Nullable Supplier<String> metrics) {
    Integer port = config.port();
    if (port == null) {
      throw new IllegalStateException(
          "There is no health endpoint without a port: set health.endpoint.port, 0 for a free one.");
    }
    Map<String, Function<Caller, Page>> pages = pages(Objects.requireNonNull(health, "health"));
    if (metrics != null) {
      pages.put("/metrics", _ -> new Page(200, PROMETHEUS, metrics.get()));
    }
    try {
      var address = new InetSocketAddress(InetAddress.getByName(config.host()), port);
      return new HealthEndpoint(HttpDoor.open(address, system, pages));
    } catch (IOException failure) {
      throw new IllegalStateException(
          "The health endpoint cannot listen on %s port %d: %s. Set health.endpoint.port to a free port, or to 0 for any, and health.endpoint.host to an address of this machine."
              .formatted(config.host(), port, failure.getMessage()),
          failure);
    }
  }

  private static Map<String, Function<Caller, Page>> pages(HealthRegistry health) {
    var pages = new LinkedHashMap<String, Function<Caller, Page>>();
    pages.put("/health", caller -> all(health.report(), caller));
    pages.put("/health/live", _ -> one(health.report(), HealthGroup.LIVENESS));
    pages.put("/health/ready", _ -> one(health.report(), HealthGroup.READINESS));
    pages.put("/health/started", _ -> one(health.report(), HealthGroup.STARTUP));
    return pages;
  }

  private static Page all(HealthReport report, Caller caller) {
    String json = caller.local() ? report.toJson() : report.toBriefJson();
    return Page.json(report.status() == Health.Status.DOWN ? 503 : 200, json);
  }

  private static Page one(HealthReport report, HealthGroup group) {
    return Page.json(report.passes(group) ? 200 : 503, report.toJson(group));
  }

  /** The port it listens on. */
  public int port() {
    return door.address().getPort();
  }

  /** Where it is, for people and for tests: {@code http://127.0.0.1:8081}. */
  public URI uri() {
    InetSocketAddress address = door.address();
    String host = address.getAddress().getHostAddress();
    return URI.create(
        "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort()));
  }

  /** Closes every connection and frees the port; closing twice is harmless. */
  @Override
  public void close() {
    door.close();
  }
}
