package dev.weir.benchmarks.load.measure;

import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;

/**
 * Interrupts calls at random phases, as many at once as there are connections, and looks after each
 * what became of the thread, the connection and the statement that follows.
 */
public final class InterruptTries {

  private static final String CANCELLED = "57014";

  /** One interrupt in so many may strike before there is a connection. */
  private static final int EARLY = 10;

  private static final Duration TO_IDLE = Duration.ofMillis(100);

  private final PostgresServer server;
  private final Lender lender;
  private final int workers;
  private final Set<Integer> backends = ConcurrentHashMap.newKeySet();
  private final Waits ended = new Waits();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger flagSet = new AtomicInteger();
  private final AtomicInteger idleAfter = new AtomicInteger();
  private final AtomicInteger sameBackend = new AtomicInteger();
  private final AtomicInteger strayCancels = new AtomicInteger();
  private final AtomicInteger otherFailures = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();

  /**
   * What came out.
   *
   * @param interrupts how many hit a call
   * @param held how many of them hit one that held a connection; the others still waited for one
   * @param lost connections that had to be opened anew
   * @param ended from an interrupt to the end of its call
   * @param flagSet after how many the thread's interrupt flag was set
   * @param idleAfter after how many the backend was idle or gone within 100 ms
   * @param sameBackend after how many the next statement ran on the same backend
   * @param strayCancels statements that nobody cancelled and that failed as cancelled
   * @param otherFailures of those statements
   */
  public record Outcome(
      int interrupts,
      int held,
      int lost,
      Waits ended,
      int flagSet,
      int idleAfter,
      int sameBackend,
      int strayCancels,
      int otherFailures) {}

  /** Not run yet. */
  public InterruptTries(PostgresServer server, Lender lender, int workers) {
    this.server = server;
    this.lender = lender;
    this.workers = workers;
  }

  /** Runs so many tries, evenly spread over the workers, or as many as fit into that time. */
  public Outcome run(int interrupts, Duration longest) throws Exception {
    int each = interrupts / workers;
    long until = System.nanoTime() + longest.toNanos();
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      List<Future<?>> all = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        var random = new Random(worker);
        all.add(threads.submit(() -> tries(each, until, random)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return new Outcome(
        (int) ended.count(),
        held.get(),
        Math.max(0, backends.size() - workers),
        ended,
        flagSet.get(),
        idleAfter.get(),
        sameBackend.get(),
        strayCancels.get(),
        otherFailures.get());
  }

  private Boolean tries(int count, long until, Random random) throws Exception {
    try (Connection monitor =
        DriverManager.getConnection(
            server.jdbcUrl(Connections.DATABASE), server.user(), server.password())) {
      for (int done = 0; done < count && System.nanoTime() < until; ) {
        done += interrupted(monitor, random) ? 1 : 0;
      }
    }
    return true;
  }

  /** Whether the interrupt came before the call had ended. */
  private boolean interrupted(Connection monitor, Random random) throws Exception {
    var call =
        new Call(
            random.nextInt(3),
            0.01 + 0.19 * random.nextDouble(),
            "/* call %d */".formatted(numbers.incrementAndGet()));
    Thread thread = Thread.startVirtualThread(call);
    boolean early = random.nextInt(EARLY) == 0;
    (early ? call.began : call.borrowed).await();
    Hold.park(Duration.ofNanos((long) (call.longest() * random.nextDouble() * 1e9)));
    boolean holding = call.backend != 0;
    long at = System.nanoTime();
    thread.interrupt();
    thread.join();
    if (call.endedAt - at < 0) {
      return false;
    }
    ended.add(call.endedAt - at);
    held.addAndGet(holding ? 1 : 0);
    flagSet.addAndGet(call.flag ? 1 : 0);
    follow(call.backend);
    idleAfter.addAndGet(idle(monitor, call.mark) ? 1 : 0);
    return true;
  }

  private final class Call implements Runnable {
    private final int kind;
    private final double seconds;
    private final String mark;
    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch borrowed = new CountDownLatch(1);
    private volatile int backend;
    private volatile boolean flag;
    private volatile long endedAt;

    Call(int kind, double seconds, String mark) {
      this.kind = kind;
      this.seconds = seconds;
      this.mark = mark;
    }

    /** About as long as it takes, in seconds, so that interrupts hit every phase of it. */
    double longest() {
      return kind == 0 ? 0.002 : kind == 1 ? seconds : 0.005;
    }

    @Override
    public void run() {
      began.countDown();
      try {
        lender.lend(
            connection -> {
              backend = backend(connection);
              borrowed.countDown();
              work(connection);
            });
      } catch (Exception _) {
        // However it ends: what counts is what is left.
      } finally {
        flag = Thread.currentThread().isInterrupted();
        endedAt = System.nanoTime();
        borrowed.countDown();
      }
    }

    private void work(Connection connection) throws SQLException {
      switch (kind) {
        case 0 -> execute(connection, mark + "SELECT 1");
        case 1 -> execute(connection, mark + "SELECT pg_sleep(" + seconds + ")");
        default -> transaction(connection);
      }
    }

    private void transaction(Connection connection) throws SQLException {
      connection.setAutoCommit(false);
      execute(connection, mark + "SELECT txid_current()");
      execute(connection, mark + "SELECT count(*) FROM generate_series(1, 1000)");
      execute(connection, mark + "SELECT pg_sleep(0.002)");
      connection.commit();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int backend(Connection connection) throws SQLException {
    int pid = connection.unwrap(PGConnection.class).getBackendPID();
    backends.add(pid);
    return pid;
  }

  /** The statement after it, long enough for a cancel that comes late. */
  private void follow(int backend) {
    try {
      lender.lend(
          connection -> {
            sameBackend.addAndGet(backend(connection) == backend ? 1 : 0);
            execute(connection, "SELECT pg_sleep(0.002)");
          });
    } catch (SQLException failure) {
      (CANCELLED.equals(failure.getSQLState()) ? strayCancels : otherFailures).incrementAndGet();
    } catch (Exception _) {
      otherFailures.incrementAndGet();
    }
  }

  /** Whether no backend runs the interrupted call any more, or ceases to within 100 ms. */
  private static boolean idle(Connection monitor, String mark) throws SQLException {
    long until = System.nanoTime() + TO_IDLE.toNanos();
    boolean busy = busy(monitor, mark);
    while (busy && System.nanoTime() < until) {
      Hold.park(Duration.ofMillis(2));
      busy = busy(monitor, mark);
    }
    return !busy;
  }

  private static boolean busy(Connection monitor, String mark) throws SQLException {
    try (PreparedStatement statement =
        monitor.prepareStatement(
            "SELECT 1 FROM pg_stat_activity WHERE state <> 'idle' AND starts_with(query, ?)")) {
      statement.setString(1, mark);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
