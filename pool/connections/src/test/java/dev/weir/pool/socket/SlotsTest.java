package dev.weir.pool.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Deadline;
import dev.weir.pool.Pools;
import dev.weir.pool.line.Watchdog;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A permit finds a socket; and if ever there is none, its caller is told. */
@RealServers
@Tag("faults")
class SlotsTest {

  private static final int SIZE = 3;
  private static final int CALLERS = 12;
  private static final int CLAIMS = 20_000;

  @Test
  void as_many_callers_as_sockets_always_find_one_each() throws Exception {
    try (var system = SystemTasks.open();
        var watchdog = Watchdog.open(system);
        var threads = Executors.newFixedThreadPool(CALLERS)) {
      var slots = new Slots(SIZE);
      for (int i = 0; i < SIZE; i++) {
        PhysicalConnection place = PhysicalConnection.foreign(watchdog);
        slots.add(place);
        slots.free(place);
      }
      var permits = new Semaphore(SIZE);
      var inUse =
          new AtomicInteger[] {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
      Callable<Boolean> caller = () -> claimAgainAndAgain(slots, permits, inUse);
      List<Future<Boolean>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(threads.submit(caller));
      }
      for (Future<Boolean> each : callers) {
        assertThat(each.get()).isTrue();
      }
      assertThat(slots.count(PhysicalConnection::isIdle)).isEqualTo(SIZE);
    }
  }

  private static boolean claimAgainAndAgain(Slots slots, Semaphore permits, AtomicInteger[] inUse)
      throws Exception {
    boolean alone = true;
    for (int i = 0; i < CLAIMS; i++) {
      permits.acquire();
      PhysicalConnection mine = slots.claim(ServerGuards.NONE);
      alone &= inUse[mine.slot()].getAndIncrement() == 0;
      inUse[mine.slot()].decrementAndGet();
      slots.free(mine);
      permits.release();
    }
    return alone;
  }

  @Test
  void a_permit_without_a_socket_is_told_in_time_and_given_back(TestDatabase database) {
    try (var aging = new AgingPool(Pools.postgres(database), 0, 2)) {
      aging.gate().addSupply();
      long start = System.nanoTime();
      assertThatThrownBy(aging::lend)
          .isInstanceOfSatisfying(
              SQLException.class,
              no ->
                  assertThat(ConnectTrouble.of(no).text(Pools.postgres(database), "postgres", no))
                      .contains("none of the 0 sockets of 2 places was idle")
                      .contains("The permit was given back"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
      assertThat(aging.gate().snapshot().inUse()).isZero();
    }
  }

  @Test
  void a_caller_let_in_while_the_pool_closes_is_told_so(TestDatabase database) throws Exception {
    try (var aging = new AgingPool(Pools.postgres(database), 1, 1)) {
      aging.gate().lane("interactive").await(Deadline.in(Duration.ofSeconds(10)));
      aging.pool().close();
      assertThatThrownBy(() -> aging.pool().borrow(ServerGuards.NONE))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("was closed");
    }
  }
}
