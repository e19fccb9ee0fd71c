package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.Deadline;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two instances of a service on one server, replaced by turns while requests go on. The full run of
 * two minutes: {@code -Dweir.rotation.seconds=120 -Dweir.rotation.every-ms=5000}.
 */
@RealServers
@Tag("faults")
class RollingRestartTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SECONDS = Integer.getInteger("weir.rotation.seconds", 5);
  private static final int EVERY_MS = Integer.getInteger("weir.rotation.every-ms", 1_000);
  private static final int PERMITS = 4;
  private static final int CALLERS = 40;

  /** Whether the running code belongs to a request that an instance has taken. */
  private static final ScopedValue<Boolean> TAKEN = ScopedValue.newInstance();

  private final TestDatabase database;

  RollingRestartTest(TestDatabase database) {
    this.database = database;
  }

  /** One instance: a manager, and the requests that it has taken and not answered. */
  private final class Instance {

    private final Pools pools = Pools.open(database, PERMITS);
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger inSession = new AtomicInteger();

    void serve() throws SQLException {
      try {
        ScopedValue.where(TAKEN, true).call(this::request);
      } finally {
        taken.decrementAndGet();
      }
    }

    /** Two sessions, so that some requests still need one when the end is near. */
    private boolean request() throws SQLException {
      session();
      session();
      return true;
    }

    private void session() throws SQLException {
      pools
          .manager()
          .useSession(
              connection -> {
                inSession.incrementAndGet();
                try {
                  Pools.run(connection, "select pg_sleep(0.004)");
                } finally {
                  inSession.decrementAndGet();
                }
              });
    }

    /** How many sessions are open, once it is at least half of those that there may be. */
    int awaitBusy() {
      var seen = new AtomicInteger();
      Await.until(
          PATIENCE,
          "half of it is in use",
          () -> seen.accumulateAndGet(inSession.get(), (_, now) -> now) >= PERMITS / 2);
      return seen.get();
    }

    /** As a service is stopped: no new requests, those taken go on to their end, then the rest. */
    int stop() {
      pools.manager().stopAccepting(TAKEN::isBound);
      Await.until(PATIENCE, "the requests taken are answered", () -> taken.get() == 0);
      int left = pools.manager().drain(Deadline.in(PATIENCE));
      pools.close();
      return left;
    }
  }

  /** Who takes the next request; the instance that is being stopped gets none. */
  private static final class Balancer {

    private final ReentrantReadWriteLock changing = new ReentrantReadWriteLock();
    private final AtomicInteger next = new AtomicInteger();
    private volatile List<Instance> serving;

    Balancer(List<Instance> serving) {
      this.serving = serving;
    }

    Instance take() {
      changing.readLock().lock();
      try {
        Instance one = serving.get(Math.floorMod(next.getAndIncrement(), serving.size()));
        one.taken.incrementAndGet();
        return one;
      } finally {
        changing.readLock().unlock();
      }
    }

    Instance oldest() {
      return serving.getFirst();
    }

    /** The oldest gets no request any more, that one does, if there is one. */
    Instance change(@Nullable Instance newcomer) {
      changing.writeLock().lock();
      try {
        var after = new ArrayList<Instance>(serving);
        Instance oldest = after.removeFirst();
        if (newcomer != null) {
          after.add(newcomer);
        }
        serving = after;
        return oldest;
      } finally {
        changing.writeLock().unlock();
      }
    }
  }

  /** What callers saw. */
  private static final class Seen {

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean ended;

    void call(Balancer balancer) {
      while (!ended) {
        try {
          balancer.take().serve();
          answered.incrementAndGet();
        } catch (SQLException | RuntimeException failure) {
          failures.add(failure);
        }
      }
    }
  }

  private int backends() throws SQLException {
    try (Connection admin = database.dataSource().getConnection()) {
      return Pools.one(
          admin,
          "select count(*) from pg_stat_activity where datname = '%s' and backend_type = 'client backend' and pid <> pg_backend_pid()"
              .formatted(database.name()));
    }
  }

  @Test
  void of_two_instances_fails_no_request_and_leaves_nothing_on_the_server() throws Exception {
    var balancer = new Balancer(List.of(new Instance(), new Instance()));
    var seen = new Seen();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.ofVirtual().start(() -> seen.call(balancer)));
    }
    int restarts = 0;
    int left = 0;
    int inFlight = 0;
    int least = Integer.MAX_VALUE;
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    while (System.nanoTime() < end) {
      long next = System.nanoTime() + Duration.ofMillis(EVERY_MS).toNanos();
      Instance oldest = balancer.oldest();
      var newcomer = new Instance();
      int inside = oldest.awaitBusy();
      left += balancer.change(newcomer).stop();
      restarts++;
      inFlight += inside;
      least = Math.min(least, inside);
      Await.until(PATIENCE, "it is time", () -> System.nanoTime() - next > 0);
    }
    seen.ended = true;
    for (Thread caller : callers) {
      caller.join();
    }
    balancer.change(null).stop();
    balancer.change(null).stop();
    FaultLog.note(
        "two instances replaced by turns every %d ms for %d s, no retries"
            .formatted(EVERY_MS, SECONDS),
        "%d restarts, %,d requests of two sessions, failed %d, sessions left at the end of a drain %d, in flight at a stop %d at least and %.1f of %d on average",
        restarts,
        seen.answered.get(),
        seen.failures.size(),
        left,
        least,
        (double) inFlight / restarts,
        PERMITS);
    assertThat(seen.failures).isEmpty();
    assertThat(left).isZero();
    assertThat(least).isPositive();
    assertThat(backends()).isZero();
  }
}
