package dev.weir.benchmarks.load.rivals;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.measure.Hold;
import dev.weir.config.PoolConfig;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The main class of one JVM among several that share a server: callers that never rest, until its
 * input ends. Says that it is open, and then twenty times a second what its callers have done.
 */
public final class FleetJvm {

  static final String OPEN = "open";
  static final String TALLY = "tally ";

  /** The sequence that each call turns, by which the server counts them too. */
  public static final String COUNTER = "fleet_calls";

  private static final String CALL = "SELECT nextval('%s'), pg_sleep(0.05)".formatted(COUNTER);
  private static final PoolConfig.Fleet FLEET = new PoolConfig.Fleet("benchmark", 1);

  /** Weir's own default; a newcomer to its fleet lets 60 callers wait for 3 s at first. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration ENDING = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofMillis(10);
  private static final long TELL_MILLIS = 50;
  private static final int LEAST = 2;

  private final Lender lender;
  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final CountDownLatch over;

  private FleetJvm(Lender lender, CountDownLatch over) {
    this.lender = lender;
    this.over = over;
  }

  /** Where it logs in, and as whom. */
  private record Login(String url, String user, String password) {

    Lender weir(int size) {
      WeirConfig usual = Connections.weir(size);
      WeirConfig config =
          usual
              .pool(new PoolConfig(LEAST, size, PATIENCE).fleet(FLEET))
              .postgres(usual.postgres().url(url).user(user).password(Secret.of(password)));
      Weir weir = Weir.start(config);
      return new Plain(
          Lenders.WEIR, settings(Lenders.WEIR, size), weir.connections().dataSource(), weir::close);
    }

    /** Started all the same if the server has no connection left for it. */
    Lender hikari(int size) {
      var config = new HikariConfig();
      config.setJdbcUrl(url);
      config.setUsername(user);
      config.setPassword(password);
      config.setMaximumPoolSize(size);
      config.setConnectionTimeout(PATIENCE.toMillis());
      config.setInitializationFailTimeout(-1);
      var hikari = new HikariDataSource(config);
      return new Plain(Lenders.HIKARI, settings(Lenders.HIKARI, size), hikari, hikari::close);
    }
  }

  /** What each JVM of that rival is set to, in words. */
  public static String settings(String rival, int size) {
    return switch (rival) {
      case Lenders.WEIR ->
          "pool.fleet=%s, pool.min=%d, pool.max=%d, pool.wait=%s"
              .formatted(FLEET.name(), LEAST, size, PATIENCE);
      case Lenders.HIKARI ->
          "maximumPoolSize=%d, connectionTimeout=%s, initializationFailTimeout=-1"
              .formatted(size, PATIENCE);
      default -> throw new IllegalArgumentException("no rival " + rival);
    };
  }

  /** Opens the rival of that name: rival, URL, user, password, size, callers. */
  public static void main(String[] arguments) throws InterruptedException {
    var over = new CountDownLatch(1);
    Thread.ofPlatform().daemon().start(() -> waitForTheEnd(over));
    var login = new Login(arguments[1], arguments[2], arguments[3]);
    int size = Integer.parseInt(arguments[4]);
    Lender lender = arguments[0].equals(Lenders.WEIR) ? login.weir(size) : login.hikari(size);
    new FleetJvm(lender, over).run(Integer.parseInt(arguments[5]));
    // Its sockets end with it, and who shared with it has seen that already.
    Runtime.getRuntime().halt(0);
  }

  private void run(int callers) throws InterruptedException {
    System.out.println(OPEN);
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    for (int i = 0; i < callers; i++) {
      threads.execute(this::again);
    }
    while (!over.await(TELL_MILLIS, TimeUnit.MILLISECONDS)) {
      tell();
    }
    threads.shutdown();
    threads.awaitTermination(ENDING.toMillis(), TimeUnit.MILLISECONDS);
    tell();
  }

  /** The parent's death ends the input too, and then nothing may keep this one. */
  private static void waitForTheEnd(CountDownLatch over) {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      System.err.println("its input is broken: " + broken);
    } finally {
      over.countDown();
      Hold.park(ENDING.multipliedBy(3));
      Runtime.getRuntime().halt(1);
    }
  }

  private void again() {
    while (over.getCount() > 0) {
      try {
        lender.lend(FleetJvm::call);
        done.increment();
      } catch (Exception failure) {
        failed.increment();
        Hold.park(AFTER_FAILURE);
      }
    }
  }

  private static void call(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(CALL);
    }
  }

  private void tell() {
    System.out.println(TALLY + done.sum() + " " + failed.sum());
  }
}
