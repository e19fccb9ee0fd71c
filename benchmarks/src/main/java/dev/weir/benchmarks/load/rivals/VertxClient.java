package dev.weir.benchmarks.load.rivals;

import dev.weir.benchmarks.Connections;
import dev.weir.testkit.PostgresServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The reactive PostgreSQL client of Vert.x, which is no JDBC. */
public final class VertxClient implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final Pool pool;
  private final Accounts accounts;

  /** Connects to the server's accounts, with as many connections as it may have. */
  public VertxClient(PostgresServer server, int connections, Accounts accounts) {
    this.accounts = accounts;
    pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(connections))
            .connectingTo(
                new PgConnectOptions()
                    .setHost(server.host())
                    .setPort(server.port())
                    .setDatabase(Connections.DATABASE)
                    .setUser(server.user())
                    .setPassword(server.password())
                    .setCachePreparedStatements(true))
            .using(vertx)
            .build();
    var first = IntStream.range(0, 4 * connections).mapToObj(_ -> read()).toList();
    Future.all(first).await();
  }

  private Future<RowSet<Row>> read() {
    return pool.preparedQuery(Accounts.BY_NUMBER + "$1").execute(Tuple.of(accounts.any()));
  }

  /** Point reads a second with so many in flight all the time. */
  public double perSecond(int inFlight, Duration warmUp, Duration window)
      throws InterruptedException {
    var load = new Load(inFlight);
    for (int i = 0; i < inFlight; i++) {
      load.next();
    }
    load.waitFor(warmUp);
    long before = load.done.sum();
    long start = System.nanoTime();
    load.waitFor(window);
    double rate = (load.done.sum() - before) / ((System.nanoTime() - start) / 1e9);
    load.end();
    return rate;
  }

  private final class Load {
    private final LongAdder done = new LongAdder();
    private final CountDownLatch ended;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    Load(int inFlight) {
      ended = new CountDownLatch(inFlight);
    }

    void next() {
      if (over) {
        ended.countDown();
        return;
      }
      read()
          .onComplete(
              rows -> {
                if (rows.failed()) {
                  failure.compareAndSet(null, rows.cause());
                  ended.countDown();
                } else {
                  done.increment();
                  next();
                }
              });
    }

    void waitFor(Duration time) throws InterruptedException {
      if (ended.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("Vert.x ended before its time", failure.get());
      }
    }

    void end() throws InterruptedException {
      over = true;
      ended.await();
      Throwable failed = failure.get();
      if (failed != null) {
        throw new IllegalStateException("Vert.x failed: " + failed, failed);
      }
    }
  }

  @Override
  public void close() {
    pool.close().await();
    vertx.close().await();
  }
}
