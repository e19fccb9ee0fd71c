package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Hold;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Statistics;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.benchmarks.load.rivals.Spiked;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.MessageType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * HikariCP's own test of a sudden demand: fifty requests at once for a pool with five connections
 * that may have fifty, where to connect is dear.
 */
final class Spike implements Scenario {

  static final Metric ALL = new Metric("all served after", "ms", 1);
  static final Metric P50 = new Metric("request p50", "ms", 1);
  static final Metric P99 = new Metric("request p99", "ms", 1);
  static final Metric OPENED = new Metric("connections opened for it", "", 0);

  static final String VARIANT = "50 requests at once";

  /** Five connections need a second for them, so that waits for one of those come to an end. */
  static final String LONG = "50 requests of 100 ms at once";

  private static final int REQUESTS = 50;
  private static final int MIN = 5;
  private static final int MAX = 50;
  private static final int BRIEF_MILLIS = 2;
  private static final int LONG_MILLIS = 100;
  private static final Duration CONNECT = Duration.ofMillis(150);
  private static final Duration AFTERMATH = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "spike";
  }

  @Override
  public String shows() {
    return "50 requests of 2 ms at once for a pool with 5 connections that may have 50, each of"
        + " which takes 150 ms to open (HikariCP's SpikeLoadTest, on a real server); and 50 of"
        + " 100 ms, for which 5 connections need a second";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(ALL, P50, P99, OPENED);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 7, 21));
    PostgresServer server = stage.server(150);
    TcpProxy proxy = stage.keep(TcpProxy.toPostgres(server.host(), server.port()));
    proxy.delay(MessagePattern.of(MessageType.STARTUP), CONNECT);
    stage.say("A proxy holds each login back for " + CONNECT.toMillis() + " ms");
    stage.say("FlexyPool adds a connection when a wait of 250 ms, HikariCP's least, is over");
    var pools =
        new Spiked(
            "jdbc:postgresql://%s:%d/%s"
                .formatted(proxy.host(), proxy.port(), Connections.DATABASE),
            server.user(),
            server.password(),
            MIN,
            MAX);
    add(stage, VARIANT, BRIEF_MILLIS, pools, proxy);
    add(stage, LONG, LONG_MILLIS, pools, proxy);
  }

  private static void add(Stage stage, String variant, int millis, Spiked pools, TcpProxy proxy) {
    var rush = new Rush(pools, proxy, millis);
    for (String rival : List.of(Lenders.WEIR, Lenders.HIKARI, Spiked.AGROAL, Spiked.FLEXY)) {
      stage.add(Trial.of(variant, rival, () -> rush.on(rival)));
    }
  }

  /** All requests at once, each of so many milliseconds in the server. */
  private record Rush(Spiked pools, TcpProxy proxy, int millis) {

    Figures on(String rival) throws Exception {
      Await.until(PATIENCE, "the last pool is gone", () -> proxy.connectionsOpen() == 0);
      try (Lender lender = pools.open(rival)) {
        Await.until(PATIENCE, "five connections", () -> proxy.connectionsOpen() >= MIN);
        Hold.park(AFTERMATH); // one that is opened has not logged in yet
        hit(lender, MIN);
        long opened = proxy.connectionsOpened();
        long start = System.nanoTime();
        List<Double> times = hit(lender, REQUESTS);
        double all = (System.nanoTime() - start) / 1e6;
        Hold.park(AFTERMATH);
        return Figures.none()
            .with(ALL, all)
            .with(P50, Statistics.percentile(times, 50))
            .with(P99, Statistics.percentile(times, 99))
            .with(OPENED, (double) (proxy.connectionsOpened() - opened));
      }
    }

    private List<Double> hit(Lender lender, int requests) throws Exception {
      var go = new CountDownLatch(1);
      List<Future<Double>> answers = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < requests; i++) {
          answers.add(threads.submit(request(lender, go)));
        }
        go.countDown();
      }
      List<Double> times = new ArrayList<>();
      for (Future<Double> answer : answers) {
        times.add(answer.get());
      }
      return times;
    }

    private Callable<Double> request(Lender lender, CountDownLatch go) {
      return () -> {
        go.await();
        long start = System.nanoTime();
        lender.lend(this::query);
        return (System.nanoTime() - start) / 1e6;
      };
    }

    private void query(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_sleep(%s)".formatted(millis / 1e3));
      }
    }
  }

  @Override
  public List<Verdict> judge(Results results) {
    double weir = results.median(VARIANT, Lenders.WEIR, ALL);
    double hikari = results.median(VARIANT, Lenders.HIKARI, ALL);
    double opened = results.median(VARIANT, Lenders.WEIR, OPENED);
    return List.of(
        new Verdict(
            "G6",
            "all are served at most a tenth later than by HikariCP, with few connections opened",
            weir <= 1.1 * hikari && opened <= MAX / 4.0,
            String.format(
                Locale.ROOT,
                "%.1f ms and %.0f opened; HikariCP %.1f ms and %.0f",
                weir,
                opened,
                hikari,
                results.median(VARIANT, Lenders.HIKARI, OPENED))));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("All requests served after (less is better)", "load", ALL),
        Panel.linear("Connections opened for it (less is better)", "load", OPENED));
  }
}
