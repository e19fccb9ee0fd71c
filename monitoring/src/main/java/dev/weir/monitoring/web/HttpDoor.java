package dev.weir.monitoring.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.tasks.SystemTasks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a few pages by GET and HEAD on the JDK's own server, until closed. At most {@value #MOST}
 * exchanges at once, each for {@link #LONGEST} at most; on a loopback address only under names that
 * no stranger can point here. Safe for use by many threads.
 */
public final class HttpDoor implements AutoCloseable {

  /** Exchanges at once; one more makes the oldest go. */
  public static final int MOST = 64;

  /** The longest that an exchange may take, reading the request included. */
  public static final Duration LONGEST = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);

  private final HttpServer server;
  private final Map<String, Function<Caller, Page>> pages;
  private final boolean loopback;

  private HttpDoor(HttpServer server, Map<String, Function<Caller, Page>> pages) {
    this.server = server;
    this.pages = pages;
    this.loopback = server.getAddress().getAddress().isLoopbackAddress();
  }

  /**
   * Opens it.
   *
   * @param address where to listen; port 0 for any that is free
   * @param pages what is served, by path
   * @throws IOException if nobody can listen there
   */
  public static HttpDoor open(
      InetSocketAddress address, SystemTasks system, Map<String, Function<Caller, Page>> pages)
      throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    var door = new HttpDoor(server, Map.copyOf(pages));
    var threads = system.executor("health-endpoint");
    server.setExecutor(new Exchanges(threads, system.timer(), MOST, LONGEST));
    server.createContext("/", door::handle);
    try {
      // The server's own thread is a daemon if the one that starts it is: system tasks are.
      system.submit("health-endpoint-start", () -> start(server)).await();
    } catch (RuntimeException failure) {
      server.stop(0);
      throw failure;
    }
    return door;
  }

  private static boolean start(HttpServer server) {
    server.start();
    return true;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      answer(exchange, page(exchange));
    }
  }

  private Page page(HttpExchange exchange) {
    List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
    if (loopback && !hosts.stream().allMatch(Hosts::isLocal)) {
      return Page.plain(
          403, "This is served under addresses, localhost and names below localhost alone.");
    }
    var page = pages.get(String.valueOf(exchange.getRequestURI().getPath()));
    if (page == null) {
      return Page.plain(404, "There is no such page.");
    }
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Page.plain(405, "Only GET and HEAD are served.");
    }
    var caller = new Caller(exchange.getRemoteAddress().getAddress().isLoopbackAddress());
    try {
      return page.apply(caller);
    } catch (RuntimeException | Error failure) {
      LOG.warn("The page {} could not be made.", exchange.getRequestURI().getPath(), failure);
      return Page.plain(500, "The page could not be made; the log says why.");
    }
  }

  private static void answer(HttpExchange exchange, Page page) throws IOException {
    byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", page.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(page.status(), -1);
    } else {
      exchange.sendResponseHeaders(page.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Closes every connection and frees the port; closing twice is harmless. */
  @Override
  public void close() {
    server.stop(0);
  }
}
