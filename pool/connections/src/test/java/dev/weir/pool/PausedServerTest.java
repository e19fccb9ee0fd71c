package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All processes of the server are stopped for a while (SIGSTOP), and go on. */
@Tag("faults")
class PausedServerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Longer by flag: -Dweir.freeze.seconds=10. */
  private static final int SECONDS = Integer.getInteger("weir.freeze.seconds", 3);

  private static PostgresServer server;
  private static TestDatabase database;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
    database = server.freshDatabase();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void freeze(Duration time) {
    server.pause();
    try {
      long end = System.nanoTime() + time.toNanos();
      Await.until(PATIENCE, "it is time", () -> System.nanoTime() - end > 0);
    } finally {
      server.resume();
    }
  }

  @Test
  void for_a_second_delays_those_who_have_the_time_and_fails_nobody() throws Exception {
    try (var pools = Pools.open(OwnRole.settings(Pools.postgres(database), 4, 4));
        var load = Load.begin(pools, 50, c -> Pools.run(c, "select pg_sleep(0.002)"))) {
      Await.until(PATIENCE, "it is under way", () -> load.done() > 20);
      freeze(Duration.ofSeconds(1));
      int before = load.done();
      Await.until(PATIENCE, "it goes on", () -> load.done() > before + 20);
      FaultLog.note(
          "SIGSTOP of the server for 1 s under 50 callers",
          "sessions %,d, failed %d, connections lost %d",
          load.done(),
          load.failures().size(),
          pools.manager().snapshot().wear().lost());
      assertThat(load.failures()).isEmpty();
      assertThat(pools.manager().snapshot().wear().lost()).isZero();
    }
  }

  @Test
  void for_longer_than_deadlines_ends_each_call_in_its_time_and_heals() throws Exception {
    Duration deadline = Duration.ofMillis(400);
    try (var pools = Pools.open(OwnRole.settings(Pools.postgres(database), 4, 4))) {
      UnifiedConnectionManager manager = pools.manager();
      manager.useSession(c -> Pools.run(c, "select 1"));
      int told = 0;
      long longest = 0;
      server.pause();
      try {
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        while (System.nanoTime() - end < 0) {
          long start = System.nanoTime();
          try {
            Deadline.useWithin(deadline, () -> manager.useSession(c -> Pools.run(c, "select 1")));
            throw new AssertionError("a stopped server has answered");
          } catch (SQLException
              | AdmissionRejectedException
              | DatabaseUnavailableException inTime) {
            told++;
            longest = Math.max(longest, System.nanoTime() - start);
          }
        }
      } finally {
        server.resume();
      }
      Await.until(PATIENCE, "it works again", () -> works(manager));
      FaultLog.note(
          "SIGSTOP of the server for %d s under deadlines of 400 ms".formatted(SECONDS),
          "%d callers told, the last after %d ms at most",
          told,
          longest / 1_000_000);
      assertThat(told).isPositive();
      // Its time, the second of grace for the cancel, and a busy machine.
      assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static boolean works(UnifiedConnectionManager manager) {
    try {
      return manager.<Integer, SQLException>withSession(c -> Pools.one(c, "select 1")) == 1;
    } catch (SQLException | RuntimeException notYet) {
      return false;
    }
  }
}
