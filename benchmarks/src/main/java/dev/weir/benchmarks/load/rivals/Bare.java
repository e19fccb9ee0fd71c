package dev.weir.benchmarks.load.rivals;

import dev.weir.benchmarks.Connections;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/**
 * The driver alone: as many threads as connections, each with its own.
 *
 * @param server where the connections go
 * @param connections how many
 * @param threads of which kind
 */
public record Bare(PostgresServer server, int connections, ThreadFactory threads) {

  /** How often all of them together did the work in a second. */
  public double perSecond(Lender.Work work, Duration warmUp, Duration window) throws Exception {
    long from = System.nanoTime() + warmUp.toNanos();
    long until = from + window.toNanos();
    long done = 0;
    try (ExecutorService executor = Executors.newThreadPerTaskExecutor(threads)) {
      List<Future<Long>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        all.add(executor.submit(() -> repeat(work, from, until)));
      }
      for (Future<Long> one : all) {
        done += one.get();
      }
    }
    return done / (window.toNanos() / 1e9);
  }

  private long repeat(Lender.Work work, long from, long until) throws Exception {
    long done = 0;
    try (Connection connection =
        DriverManager.getConnection(
            server.jdbcUrl(Connections.DATABASE), server.user(), server.password())) {
      for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
        work.with(connection);
        done += now >= from ? 1 : 0;
      }
    }
    return done;
  }
}
