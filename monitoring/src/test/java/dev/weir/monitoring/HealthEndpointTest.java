package dev.weir.monitoring;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.config.HealthConfig.Endpoint;
import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.HealthMonitor.Kind;
import dev.weir.testkit.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over raw sockets, as a stranger may speak. */
class HealthEndpointTest extends RegistryTest {

  private static final Endpoint ANY = Endpoint.none().port(0);
  private static final Health DOWN =
      new Health.Down("mail", "refused", Evidence.of("port", 25), "start it");

  private final List<Socket> sockets = new ArrayList<>();
  private @Nullable HealthEndpoint opened;

  @AfterEach
  void closeAll() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    if (opened != null) {
      opened.close();
    }
  }

  private HealthEndpoint endpoint(Endpoint config, @Nullable Supplier<String> metrics) {
    HealthRegistry health = registry != null ? registry : open(Probe.up("mail"));
    health.report().monitors().forEach(it -> awaitChecked(health, it.name()));
    HealthEndpoint endpoint = HealthEndpoint.open(config, system, health, metrics);
    opened = endpoint;
    return endpoint;
  }

  private HealthEndpoint endpoint() {
    return endpoint(ANY, null);
  }

  private HealthRegistry watched() {
    return Objects.requireNonNull(registry);
  }

  private static void awaitChecked(HealthRegistry health, String name) {
    Await.until(PATIENCE, name, () -> !of(health, name).history().changes().isEmpty());
  }

  private Socket connect(HealthEndpoint endpoint) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
    socket.setSoTimeout(20_000);
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException reset) {
      return "";
    }
  }

  private String speak(HealthEndpoint endpoint, String text) throws IOException {
    try (Socket socket = connect(endpoint)) {
      send(socket, text);
      return rest(socket);
    }
  }

  private String ask(HealthEndpoint endpoint, String method, String path) throws IOException {
    return speak(
        endpoint,
        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(method, path));
  }

  private String get(HealthEndpoint endpoint, String path) throws IOException {
    return ask(endpoint, "GET", path);
  }

  private static int status(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 ");
    return Integer.parseInt(answer.substring(9, 12));
  }

  @Nested
  class Its_pages {

    @Test
    void are_the_whole_report_and_one_for_each_probe() throws IOException {
      open(Probe.up("mail"), Probe.up("memory").as(Kind.LIVENESS));
      HealthEndpoint endpoint = endpoint();
      String all = get(endpoint, "/health");
      assertThat(status(all)).isEqualTo(200);
      assertThat(all.toLowerCase(java.util.Locale.ROOT))
          .contains("content-type: application/json\r\n")
          .contains("cache-control: no-store\r\n")
          .contains("x-content-type-options: nosniff\r\n");
      assertThat(body(all)).isEqualTo(watched().report().toJson()).contains("\"details\"");
      assertThat(body(get(endpoint, "/health/live")))
          .isEqualTo("{\"status\":\"UP\",\"components\":{\"memory\":{\"status\":\"UP\"}}}");
      assertThat(body(get(endpoint, "/health/ready")))
          .isEqualTo("{\"status\":\"UP\",\"components\":{\"mail\":{\"status\":\"UP\"}}}");
      assertThat(status(get(endpoint, "/health/started"))).isEqualTo(200);
    }

    @Test
    void say_503_for_what_does_not_pass() throws IOException {
      open(Probe.of("mail", () -> DOWN), Probe.up("memory").as(Kind.LIVENESS));
      HealthEndpoint endpoint = endpoint();
      assertThat(status(get(endpoint, "/health"))).isEqualTo(503);
      assertThat(status(get(endpoint, "/health/ready"))).isEqualTo(503);
      assertThat(status(get(endpoint, "/health/started"))).isEqualTo(503);
      assertThat(status(get(endpoint, "/health/live"))).isEqualTo(200);
    }

    @Test
    void leave_a_dependency_out_of_readiness_unless_it_is_named() throws IOException {
      open(Probe.of("mail", () -> DOWN).as(Kind.DEPENDENCY));
      assertThat(status(get(endpoint(), "/health/ready"))).isEqualTo(200);
      assertThat(status(get(endpoint(), "/health"))).isEqualTo(503);
      watched().close();
      registry = null;
      open(CONFIG.readiness(List.of("mail")), Probe.of("mail", () -> DOWN).as(Kind.DEPENDENCY));
      HealthEndpoint named = endpoint();
      assertThat(status(get(named, "/health/ready"))).isEqualTo(503);
      assertThat(status(get(named, "/health/live"))).isEqualTo(200);
    }

    @Test
    void say_out_of_service_while_traffic_is_refused() throws IOException {
      HealthEndpoint endpoint = endpoint();
      watched().refuseTraffic("the service stops");
      String ready = get(endpoint, "/health/ready");
      assertThat(status(ready)).isEqualTo(503);
      assertThat(body(ready)).contains("OUT_OF_SERVICE").contains("the service stops");
      assertThat(status(get(endpoint, "/health/live"))).isEqualTo(200);
      assertThat(status(get(endpoint, "/health/started"))).isEqualTo(200);
    }

    @Test
    void are_metrics_if_there_are_any() throws IOException {
      try (HealthEndpoint without = endpoint()) {
        assertThat(status(get(without, "/metrics"))).isEqualTo(404);
      }
      String metrics = get(endpoint(ANY, () -> "weir_gate_limit 4\n"), "/metrics");
      assertThat(status(metrics)).isEqualTo(200);
      assertThat(metrics).contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(body(metrics)).isEqualTo("weir_gate_limit 4\n");
    }

    @Test
    void that_cannot_be_made_say_so_without_the_reason() throws IOException {
      Supplier<String> broken =
          () -> {
            throw new IllegalStateException("canary-4711");
          };
      HealthEndpoint endpoint = endpoint(ANY, broken);
      String answer = get(endpoint, "/metrics");
      assertThat(status(answer)).isEqualTo(500);
      assertThat(answer).doesNotContain("canary").doesNotContain("Exception");
      assertThat(status(get(endpoint, "/health"))).isEqualTo(200);
    }

    private static String body(String answer) {
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  @Nested
  class Who_asks_otherwise {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/", "/healthy", "/health/live/x", "/favicon.ico", "/%2e"})
    void than_for_a_page_gets_404(String path) throws IOException {
      assertThat(status(get(endpoint(), path))).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
    void than_by_GET_or_HEAD_gets_405(String method) throws IOException {
      String answer = ask(endpoint(), method, "/health");
      assertThat(status(answer)).isEqualTo(405);
      assertThat(answer).contains("GET, HEAD");
    }

    @Test
    void by_HEAD_gets_no_body() throws IOException {
      String answer = ask(endpoint(), "HEAD", "/health/live");
      assertThat(status(answer)).isEqualTo(200);
      assertThat(answer).endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/metrics", "/nothing"})
    void under_a_foreign_name_gets_403_whatever_the_path(String path) throws IOException {
      HealthEndpoint endpoint = endpoint();
      String form = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
      String port = ":" + endpoint.port();
      assertThat(status(speak(endpoint, form.formatted(path, "evil.example")))).isEqualTo(403);
      assertThat(status(speak(endpoint, form.formatted(path, "evil.example" + port))))
          .isEqualTo(403);
      assertThat(status(speak(endpoint, form.formatted(path, "127.0.0.1" + port))))
          .isNotEqualTo(403);
    }

    @Test
    void with_two_names_of_which_one_is_foreign_gets_403() throws IOException {
      String both =
          "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
      assertThat(status(speak(endpoint(), both))).isIn(400, 403);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "\0\1\2\3\r\n\r\n",
          "GET\r\n\r\n",
          "GET /health\r\n\r\n",
          "GET  HTTP/1.1\r\n\r\n",
          "GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
          "GET mailto:x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
          "GET * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
          "GET /health HTTP/9.9\r\nHost: localhost\r\nConnection: close\r\n\r\n",
          "GET /health HTTP/1.1\r\nNo colon here\r\nConnection: close\r\n\r\n",
          "POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"
        })
    void in_no_proper_form_is_sent_away_and_learns_nothing(String bytes) throws IOException {
      HealthEndpoint endpoint = endpoint();
      try (Socket socket = connect(endpoint)) {
        send(socket, bytes);
        socket.shutdownOutput();
        assertThat(rest(socket)).doesNotContain("dev.weir").doesNotContain("\tat ");
      }
      assertThat(status(get(endpoint, "/health"))).isEqualTo(200);
    }

    @Test
    void with_a_flood_of_headers_is_sent_away() throws IOException {
      HealthEndpoint endpoint = endpoint();
      try (Socket socket = connect(endpoint)) {
        try {
          send(socket, "GET /health HTTP/1.1\r\nHost: localhost\r\n");
          for (int i = 0; i < 2_000; i++) {
            send(socket, "X-%d: %s\r\n".formatted(i, "x".repeat(1_000)));
          }
        } catch (SocketException gone) {
          // Cut off already.
        }
        assertThat(rest(socket)).doesNotContain("\"status\"");
      }
      assertThat(status(get(endpoint, "/health"))).isEqualTo(200);
    }
  }

  @Nested
  class Slow_callers {

    @Test
    void keep_nobody_out_and_are_sent_away_in_the_end() throws IOException {
      HealthEndpoint endpoint = endpoint();
      for (int i = 0; i < 100; i++) {
        send(connect(endpoint), "GET /health HTTP/1.1\r\nX-Slow: ");
      }
      for (int i = 0; i < 20; i++) {
        assertThat(status(get(endpoint, "/health/live"))).isEqualTo(200);
      }
      Await.until(
          PATIENCE,
          "the bound to be kept",
          () ->
              system.tasks().stream().filter(it -> it.name().equals("health-endpoint")).count()
                  <= 64);
      time.advance(ofSeconds(6));
      Await.until(PATIENCE, "no exchange to be left", () -> system.tasks().isEmpty());
      for (Socket slow : sockets.subList(0, 100)) {
        assertThat(rest(slow)).isEmpty();
      }
    }

    @Test
    void that_say_nothing_keep_nobody_out() throws IOException {
      HealthEndpoint endpoint = endpoint();
      for (int i = 0; i < 300; i++) {
        connect(endpoint);
      }
      assertThat(status(get(endpoint, "/health/live"))).isEqualTo(200);
      assertThat(system.tasks()).as("they cost no thread").isEmpty();
    }
  }

  @Nested
  class The_port {

    @Test
    void is_on_this_machine_only_and_free_after_close() throws IOException {
      HealthEndpoint endpoint = endpoint();
      assertThat(endpoint.uri()).hasToString("http://127.0.0.1:" + endpoint.port());
      Socket open = connect(endpoint);
      endpoint.close();
      endpoint.close();
      assertThat(rest(open)).isEmpty();
      assertThatThrownBy(() -> connect(endpoint)).isInstanceOf(ConnectException.class);
      try (var again = new ServerSocket(endpoint.port(), 1, InetAddress.getLoopbackAddress())) {
        assertThat(again.isBound()).isTrue();
      }
    }

    @Test
    void that_is_taken_is_named_with_the_setting() throws IOException {
      try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        assertThatThrownBy(() -> endpoint(ANY.port(taken.getLocalPort()), null))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("127.0.0.1 port " + taken.getLocalPort())
            .hasMessageContaining("health.endpoint.port");
      }
    }

    @Test
    void that_is_not_given_is_asked_for() {
      assertThatThrownBy(() -> endpoint(Endpoint.none(), null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("health.endpoint.port");
    }

    @Test
    void is_served_by_daemons_alone() {
      endpoint();
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(it -> it.getName().startsWith("HTTP-Dispatcher"))
          .isNotEmpty()
          .allMatch(Thread::isDaemon);
    }

    @Test
    void that_others_reach_shows_them_statuses_alone_under_any_name() throws IOException {
      Optional<InetAddress> own = addressOfThisMachine();
      assumeThat(own).as("an address that is not loopback").isPresent();
      HealthEndpoint endpoint = endpoint(ANY.host("0.0.0.0"), null);
      String request = "GET /health HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n";
      String near = speak(endpoint, request);
      assertThat(status(near)).isEqualTo(200);
      assertThat(near).contains("\"details\"");
      try (var socket = new Socket(own.get(), endpoint.port())) {
        socket.setSoTimeout(20_000);
        send(socket, request);
        assertThat(rest(socket)).startsWith("HTTP/1.1 200").doesNotContain("\"details\"");
      }
    }

    private Optional<InetAddress> addressOfThisMachine() throws SocketException {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(it -> it instanceof Inet4Address && !it.isLoopbackAddress())
          .findFirst();
    }
  }

  @Test
  void a_probe_runs_no_check() throws IOException {
    HealthRegistry health = open(Probe.up("mail"));
    HealthEndpoint endpoint = endpoint();
    var before = of(health, "mail").checkedAt();
    time.advance(ofSeconds(3));
    assertThat(status(get(endpoint, "/health/ready"))).isEqualTo(200);
    assertThat(of(health, "mail").checkedAt()).isEqualTo(before);
    assertThat(of(health, "mail").health().status()).isEqualTo(Status.UP);
  }
}
