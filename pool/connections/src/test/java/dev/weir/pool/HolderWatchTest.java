package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who holds a connection for long is named once, with the place where it is then. */
@RealServers
@Tag("faults")
class HolderWatchTest implements PoolListener {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final WatchRules SOON = WatchRules.usual().slowAfter(Duration.ofMillis(500));

  private final List<SlowSession> told = new CopyOnWriteArrayList<>();
  private final TestDatabase database;

  HolderWatchTest(TestDatabase database) {
    this.database = database;
  }

  @Override
  public void slowHolder(SlowSession session) {
    told.add(session);
  }

  private Pools open(WatchRules rules) {
    return Pools.open(Pools.settings(database, 3).watch(rules), this);
  }

  private void awaitTold(int times) {
    Await.until(PATIENCE, () -> times + " to be told: " + told, () -> told.size() == times);
  }

  private static void dawdle(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException interrupt) {
      throw new AssertionError(interrupt);
    }
  }

  @Test
  void a_slow_session_is_told_once_with_the_place_where_it_is() throws Exception {
    var leave = new CountDownLatch(1);
    try (var pools = open(SOON)) {
      Thread slow =
          Thread.ofVirtual()
              .name("dawdler")
              .start(() -> pools.manager().useSession(_ -> dawdle(leave)));
      awaitTold(1);
      SlowSession one = told.getFirst();
      assertThat(one.holder().thread()).isEqualTo("dawdler");
      assertThat(one.holder().lane()).isEqualTo("interactive");
      assertThat(one.holder().stack()).anyMatch(frame -> frame.getMethodName().equals("dawdle"));
      assertThat(one.isLeaked()).isFalse();
      assertThat(one.borrowedAt()).isEmpty();
      assertThat(one.held()).isBetween(SOON.slowAfter(), PATIENCE);
      assertThat(one.toString()).contains("session of lane 'interactive' on thread 'dawdler'");
      assertThat(pools.manager().slowSessions()).containsExactly(one);
      long later = System.nanoTime() + Duration.ofMillis(800).toNanos();
      Await.until(PATIENCE, "three more looks", () -> System.nanoTime() - later > 0);
      assertThat(told).hasSize(1);
      leave.countDown();
      slow.join();
      assertThat(pools.manager().slowSessions()).isEmpty();
    }
  }

  @Test
  void a_connection_whose_thread_has_ended_is_leaked_and_its_place_known_if_wanted()
      throws Exception {
    var kept = new AtomicReference<Connection>();
    try (var pools = open(SOON.withBorrowStacks())) {
      Thread.ofVirtual().name("careless").start(() -> kept.set(leak(pools))).join();
      awaitTold(1);
      SlowSession one = told.getFirst();
      assertThat(one.isLeaked()).isTrue();
      assertThat(one.borrowedAt()).anyMatch(frame -> frame.getMethodName().equals("leak"));
      assertThat(one.toString()).contains("Its thread has ended");
      kept.get().close();
      assertThat(pools.manager().slowSessions()).isEmpty();
    }
  }

  private static Connection leak(Pools pools) {
    try {
      return pools.manager().dataSource().getConnection();
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void many_short_sessions_of_one_connection_are_not_a_long_one() throws SQLException {
    try (var pools = open(SOON.slowAfter(Duration.ofSeconds(2)))) {
      long end = System.nanoTime() + Duration.ofMillis(3_500).toNanos();
      while (System.nanoTime() < end) {
        pools.manager().useSession(c -> Pools.one(c, "select 1"));
      }
      assertThat(told).isEmpty();
    }
  }

  @Test
  void a_time_that_is_none_is_refused() {
    assertThatThrownBy(() -> WatchRules.usual().slowAfter(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
