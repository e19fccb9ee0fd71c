package dev.weir;

import dev.weir.config.WeirConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.LaneSnapshot;
import dev.weir.pool.Access;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.DatabaseUnavailableException;
import dev.weir.pool.PoolListener;
import dev.weir.pool.PoolState;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** How the settings of a pool are seen: by the server, or by those who borrow. */
final class Probes {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** In which a pool that may open one more socket would have done so. */
  private static final Duration ENOUGH = Duration.ofMillis(500);

  private static final Access BATCH = Access.readWrite().lane("batch");

  private Probes() {}

  /** What is asked of a pool that has been opened. */
  @FunctionalInterface
  interface Look {
    String at(UnifiedConnectionManager connections) throws Exception;
  }

  private static String open(WeirConfig config, Look look) throws Exception {
    try (Weir weir = Weir.start(config)) {
      return look.at(weir.connections());
    }
  }

  /** What the server answers in a session of the lane {@code batch}. */
  static Binding.Probe sql(String question) {
    return (config, _) ->
        open(config, c -> c.withSession(BATCH.name("orders"), own -> text(own, question)));
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  /** That part of the name by which the youngest session of a fleet tells of itself. */
  static Binding.Probe fleet(int part) {
    String question =
        "select split_part(application_name, ':', %d) from pg_stat_activity where application_name like 'weir-fleet:%%' order by backend_start desc limit 1"
            .formatted(part);
    return (config, expected) ->
        open(
            config,
            c -> {
              Await.until(
                  PATIENCE, expected + " to be told", () -> expected.equals(told(c, question)));
              return expected;
            });
  }

  private static @Nullable String told(UnifiedConnectionManager c, String question) {
    try {
      return c.<@Nullable String, SQLException>withSession(
          own -> {
            try (Statement statement = own.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
              return rows.next() ? rows.getString(1) : null;
            }
          });
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Whether the limit of callers let in is found by trying. */
  static String tries(WeirConfig config, String expected) throws Exception {
    return open(config, c -> Boolean.toString(c.advice().getFirst().done()));
  }

  /**
   * How many connections there may be once callers have waited for so long that more are better.
   */
  static String size(WeirConfig config, String expected) throws Exception {
    return open(
        config,
        c -> {
          int before = c.snapshot().max();
          var enough = new CountDownLatch(1);
          try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < before + 2; i++) {
              callers.add(threads.submit(() -> hold(c, "batch", enough)));
            }
            Await.until(
                PATIENCE,
                () -> "more to be had, or advised, but " + c.advice(),
                () -> c.snapshot().max() > before || c.advice().getLast().isChange());
            int after = c.snapshot().max();
            enough.countDown();
            for (Future<?> caller : callers) {
              caller.get();
            }
            return Integer.toString(after);
          }
        });
  }

  /** Whether one can log in, or how the server refuses. */
  static String login(WeirConfig config, String expected) throws Exception {
    try {
      return open(config, c -> c.withSession(own -> text(own, "select 'in'")));
    } catch (DatabaseUnavailableException refused) {
      return refused.getCause() instanceof SQLException why
          ? String.valueOf(why.getSQLState())
          : refused.toString();
    }
  }

  /** Whether a start gives a silent server up within three seconds, or later. */
  static String patience(WeirConfig config, String expected) throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "jdbc:postgresql://127.0.0.1:%d/orders".formatted(silent.getLocalPort());
      long start = System.nanoTime();
      try (Weir _ = Weir.start(config.postgres(config.postgres().url(url)))) {
        return "an answer from nobody";
      } catch (DatabaseUnavailableException _) {
        return longerThan(Duration.ofSeconds(3), start);
      }
    }
  }

  private static String longerThan(Duration limit, long start) {
    return System.nanoTime() - start < limit.toNanos() ? "short" : "long";
  }

  /**
   * How many sessions the server has once the pool has been filled; asked of a manager alone, since
   * the health of a whole Weir would ask it for more.
   */
  static Binding.Probe sessions(TestDatabase database) {
    return (config, _) -> {
      try (SystemTasks system = SystemTasks.open();
          UnifiedConnectionManager c =
              UnifiedConnectionManager.open(
                  ConnectionSettings.of(config), system, List.<PoolListener>of());
          Connection own = database.dataSource().getConnection()) {
        Await.until(PATIENCE, "full", () -> c.snapshot().state() != PoolState.STARTING);
        return text(
            own,
            "select count(*) from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid()");
      }
    };
  }

  /** How many connections the callers of a lane have at once, if more ask for one. */
  static Binding.Probe most(String lane) {
    return (config, expected) ->
        open(
            config,
            c -> {
              int wanted = Integer.parseInt(expected);
              var enough = new CountDownLatch(1);
              try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> callers = new ArrayList<>();
                for (int i = 0; i < wanted + 2; i++) {
                  callers.add(threads.submit(() -> hold(c, lane, enough)));
                }
                Await.until(PATIENCE, expected + " in use", () -> lane(c, lane).inUse() >= wanted);
                reason(c, Access.readWrite().lane(lane), ENOUGH);
                int most = lane(c, lane).inUse();
                enough.countDown();
                for (Future<?> caller : callers) {
                  caller.get();
                }
                return Integer.toString(most);
              }
            });
  }

  private static boolean hold(UnifiedConnectionManager c, String lane, CountDownLatch end)
      throws Exception {
    c.useSession(Access.readWrite().lane(lane), _ -> end.await());
    return true;
  }

  private static LaneSnapshot lane(UnifiedConnectionManager c, String name) {
    return c.snapshot().gate().lanes().stream()
        .filter(lane -> lane.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Why a caller is refused who brings that much time; empty if none is. */
  private static String reason(UnifiedConnectionManager c, Access access, Duration time)
      throws SQLException {
    try (Connection _ = c.dataSource(access.deadline(time)).getConnection()) {
      return "";
    } catch (SQLException refused) {
      return refused.getCause() instanceof AdmissionRejectedException why
          ? why.reason().toString()
          : refused.toString();
    }
  }

  /** Why the second caller of the lane {@code batch} is refused. */
  static String refusal(WeirConfig config, String expected) throws Exception {
    return open(
        config,
        c -> {
          try (Connection _ = c.dataSource().getConnection()) {
            return reason(c, BATCH, Duration.ofMillis(300));
          }
        });
  }

  /** Whether a caller without a deadline is refused before or after a second. */
  static String waiting(WeirConfig config, String expected) throws Exception {
    return open(
        config,
        c -> {
          try (Connection _ = c.dataSource().getConnection()) {
            long start = System.nanoTime();
            try (Connection _ = c.dataSource().getConnection()) {
              return "a second one";
            } catch (SQLException _) {
              return longerThan(Duration.ofSeconds(1), start);
            }
          }
        });
  }

  /** Whether there is a lane {@code reports}. */
  static String declared(WeirConfig config, String expected) throws Exception {
    return open(
        config,
        c -> {
          try (Connection one = c.dataSource(Access.readWrite().lane("reports")).getConnection()) {
            return text(one, "select 'declared'");
          } catch (IllegalArgumentException unknown) {
            return "unknown";
          }
        });
  }

  /** Whether a statement of half a second in the lane {@code batch} comes to its end. */
  static String length(WeirConfig config, String expected) throws Exception {
    return open(
        config,
        c -> {
          try {
            return c.withSession(BATCH, own -> text(own, "select 'whole' from pg_sleep(0.5)"));
          } catch (SQLException | AdmissionRejectedException _) {
            return "cut";
          }
        });
  }

  /** What share the lane {@code batch} has of the first twenty turns, beside the usual lane. */
  static String share(WeirConfig config, String expected) throws Exception {
    return open(
        config,
        c -> {
          List<String> turns = Collections.synchronizedList(new ArrayList<>());
          try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            try (Connection _ = c.dataSource().getConnection()) {
              for (String lane : List.of("batch", "interactive")) {
                for (int i = 0; i < 20; i++) {
                  callers.add(threads.submit(() -> turn(c, lane, turns)));
                }
              }
              Await.until(PATIENCE, "all wait", () -> c.snapshot().gate().queued() == 40);
            }
            for (Future<?> caller : callers) {
              caller.get();
            }
          }
          long batch = turns.subList(0, 20).stream().filter("batch"::equals).count();
          return batch > 10 ? "most" : "few";
        });
  }

  private static boolean turn(UnifiedConnectionManager c, String lane, List<String> turns) {
    c.useSession(Access.readWrite().lane(lane), _ -> turns.add(lane));
    return true;
  }

  /** Whether one of many who crowd the lane {@code batch} is turned away in 300 sessions. */
  static String crowd(WeirConfig config, String expected) throws Exception {
    return open(
        config,
        c -> {
          try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> callers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
              callers.add(threads.submit(() -> thirtyTimes(c)));
            }
            boolean sheds = false;
            for (Future<Boolean> caller : callers) {
              sheds |= caller.get();
            }
            return sheds ? "sheds" : "keeps all";
          }
        });
  }

  private static boolean thirtyTimes(UnifiedConnectionManager c) throws SQLException {
    for (int i = 0; i < 30; i++) {
      try {
        c.useSession(BATCH, own -> text(own, "select pg_sleep(0.003)"));
      } catch (AdmissionRejectedException refused) {
        return refused.reason() == AdmissionRejectedException.Reason.OVERLOADED;
      }
    }
    return false;
  }
}
