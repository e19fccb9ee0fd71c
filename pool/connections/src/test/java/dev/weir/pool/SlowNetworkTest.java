package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Deadline;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that loses nothing and is slow: late, uneven, or byte by byte. */
@RealServers
@Tag("faults")
class SlowNetworkTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BRIEF = Duration.ofMillis(300);

  private final TcpProxy proxy;
  private final Pools slow;
  private final UnifiedConnectionManager fast;

  /** Two managers on one set of threads and timers, so that one could hold up the other. */
  SlowNetworkTest(TestDatabase database) {
    proxy = TcpProxy.to(database.server().host(), database.server().port());
    slow = Pools.open(Pools.through(proxy, database, 4));
    fast = UnifiedConnectionManager.open(Pools.settings(database, 2), slow.system(), List.of());
  }

  @BeforeEach
  void open_sockets() throws Exception {
    try (var _ = Held.sessions(slow, 4)) {
      fast.useSession(c -> Pools.run(c, "select 1"));
    }
  }

  @AfterEach
  void close() {
    proxy.delay(Duration.ZERO);
    proxy.trickle(0);
    fast.close();
    slow.close();
    proxy.close();
  }

  private static Duration time(VoidWork<SQLException> work, UnifiedConnectionManager manager)
      throws SQLException {
    long start = System.nanoTime();
    manager.useSession(work);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private Duration brief() {
    long start = System.nanoTime();
    assertThatThrownBy(
            () ->
                Deadline.useWithin(
                    BRIEF, () -> slow.manager().useSession(c -> Pools.one(c, "select 1"))))
        .isInstanceOfAny(SQLException.class, dev.weir.gate.AdmissionRejectedException.class);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** The quickest of a few, since a busy machine is slow by itself. */
  private Duration beside() throws SQLException {
    Duration best = PATIENCE;
    for (int i = 0; i < 20; i++) {
      Duration one = time(c -> Pools.one(c, "select 1"), fast);
      best = one.compareTo(best) < 0 ? one : best;
    }
    return best;
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100, 1_000})
  void that_is_late_costs_its_latency_and_no_connection(int millis) throws SQLException {
    proxy.delay(Duration.ofMillis(millis));
    Duration served = time(c -> Pools.one(c, "select 1"), slow.manager());
    Duration other = beside();
    FaultLog.note(
        "latency of +%d ms each way".formatted(millis),
        "served in %d ms, a call on another node in %d ms, connections lost %d",
        served.toMillis(),
        other.toMillis(),
        slow.manager().snapshot().wear().lost());
    assertThat(served).isGreaterThanOrEqualTo(Duration.ofMillis(2L * millis));
    assertThat(other).isLessThan(Duration.ofMillis(500));
    assertThat(slow.manager().snapshot().wear().lost()).isZero();
  }

  @Test
  void that_is_later_than_the_deadline_ends_the_call_and_delays_nobody_else() throws SQLException {
    proxy.delay(Duration.ofSeconds(3));
    Duration took = brief();
    Duration other = beside();
    FaultLog.note(
        "latency of +3000 ms under deadlines of 300 ms",
        "ended after %d ms, a call on another node took %d ms",
        took.toMillis(),
        other.toMillis());
    assertThat(took).isBetween(BRIEF.minusMillis(5), Duration.ofSeconds(10));
    assertThat(other).isLessThan(Duration.ofMillis(500));
    proxy.delay(Duration.ZERO);
    awaitWell();
  }

  private void awaitWell() {
    Await.until(
        PATIENCE,
        "it is fast again",
        () -> {
          try {
            return time(c -> Pools.one(c, "select 1"), slow.manager()).compareTo(BRIEF) < 0;
          } catch (SQLException | RuntimeException stillCut) {
            return false;
          }
        });
  }

  @Test
  void that_jitters_mixes_up_no_answers() throws Exception {
    proxy.delay(Duration.ofMillis(1), Duration.ofMillis(60));
    var served = new AtomicInteger();
    var longest = new AtomicLong();
    Crew.repeat(
        120,
        i -> {
          long start = System.nanoTime();
          int answer = slow.manager().withSession(c -> Pools.one(c, "select " + i));
          longest.accumulateAndGet(System.nanoTime() - start, Math::max);
          assertThat(answer).isEqualTo(i);
          served.incrementAndGet();
        });
    FaultLog.note(
        "jitter of 1 to 61 ms each way",
        "%d of 120 answers right, longest %d ms, connections lost %d",
        served.get(),
        longest.get() / 1_000_000,
        slow.manager().snapshot().wear().lost());
    assertThat(slow.manager().snapshot().wear().lost()).isZero();
  }

  @Test
  void that_trickles_ends_calls_and_logins_in_time_and_heals() throws SQLException {
    proxy.trickle(1);
    Duration took = brief();
    Duration other = beside();
    FaultLog.note(
        "a trickle of 1 B/s under deadlines of 300 ms",
        "ended after %d ms, a call on another node took %d ms",
        took.toMillis(),
        other.toMillis());
    assertThat(took).isBetween(BRIEF.minusMillis(5), Duration.ofSeconds(10));
    assertThat(other).isLessThan(Duration.ofMillis(500));
    proxy.trickle(0);
    awaitWell();
  }
}
