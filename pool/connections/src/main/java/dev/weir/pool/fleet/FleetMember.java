package dev.weir.pool.fleet;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.SystemTasks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance among those that share a server's connections. Looks at the others about once a
 * second, on system tasks, and caps its pool by what it sees; without a view of the server the cap
 * stays as it is. Safe for use by many threads.
 */
public final class FleetMember implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");
  private static final Duration SETTLING = Duration.ofSeconds(5);
  private static final long TICK_MS = 1_000;
  private static final RandomGenerator CHANCE = () -> ThreadLocalRandom.current().nextLong();

  private final Terms terms;
  private final CappedPool pool;
  private final SystemTasks system;
  private final Quota quota;
  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final ReentrantLock looking = new ReentrantLock();
  private volatile boolean closed;

  /** Guarded by {@code looking}, as the quota is. */
  private @Nullable FleetLine line;

  private FleetMember(Terms terms, CappedPool pool, SystemTasks system) {
    this.terms = terms;
    this.pool = pool;
    this.system = system;
    this.quota = new Quota(terms.weight(), terms.floor(), terms.most(), SETTLING.toNanos(), CHANCE);
  }

  /**
   * What is shared, and how.
   *
   * @param fleet the name of all
   * @param weight of this one
   * @param floor connections without which it cannot work, taken even if the others leave fewer
   * @param most connections that it wants at most
   */
  public record Terms(String fleet, int weight, int floor, int most) {}

  /** The pool of an instance, as its fleet sees it. */
  public interface CappedPool {

    /**
     * A connection of its own, outside the gate.
     *
     * @throws SQLException if none can be had now
     */
    Connection open() throws SQLException;

    /** That connection is of no use any more. */
    void close(Connection connection);

    /** Sockets that are open or being opened. */
    int held();

    /** Whether the server has said since the last question that it has no connection left. */
    boolean wasRefused();

    /** Closes what is idle and more than there may be. */
    void trim(int connections);

    /** From now on there may be so many, and why. */
    void cap(int connections, int members, int budget, String reason);
  }

  /** Begins with the floor; the rest comes when the others leave it. */
  public static FleetMember join(Terms terms, CappedPool pool, SystemTasks system) {
    var member = new FleetMember(terms, pool, system);
    member.again(0);
    return member;
  }

  private void again(long millis) {
    if (closed) {
      return;
    }
    var _ = system.timer().schedule(this::begin, millis, TimeUnit.MILLISECONDS);
  }

  private void begin() {
    try {
      system.submit("weir-fleet", this::look);
    } catch (AdmissionRejectedException ending) {
      // nobody shares any more
    }
  }

  private boolean look() {
    looking.lock();
    try {
      if (!closed) {
        lookOnce();
      }
    } catch (SQLException | RuntimeException failure) {
      LOG.debug("Fleet {} cannot be looked at now; the share stays.", terms.fleet(), failure);
      hangUp();
    } finally {
      looking.unlock();
    }
    // Not all at the same moment: those who want the same would yield to each other.
    again(TICK_MS + CHANCE.nextLong(TICK_MS / 2));
    return true;
  }

  private void lookOnce() throws SQLException {
    long now = system.ticker().nanos();
    if (pool.wasRefused()) {
      quota.refused(now);
    }
    FleetLine over = line;
    if (over == null) {
      over =
          FleetLine.open(pool, new Claim(terms.fleet(), id, terms.weight(), claimOf(quota.cap())));
      line = over;
    }
    over.tell(claimOf(quota.cap()));
    Survey survey = over.survey();
    int target = quota.target(survey, now);
    if (pool.held() > quota.cap()) {
      pool.trim(quota.cap());
    }
    if (target < quota.cap()) {
      take(target, survey);
      over.tell(claimOf(target));
    } else if (target > quota.cap()) {
      grow(over, survey, quota.grown(target, now));
    }
  }

  /** What is held counts as long as it is, whatever may be held. */
  private int claimOf(int cap) {
    return Math.max(cap, pool.held());
  }

  private void grow(FleetLine over, Survey survey, int target) throws SQLException {
    int grant = Math.min(target, survey.left());
    if (grant <= quota.cap()) {
      return;
    }
    over.tell(grant);
    Survey after = over.survey();
    if (after.left() >= grant) {
      take(grant, after);
    } else {
      over.tell(claimOf(quota.cap()));
    }
  }

  private void take(int cap, Survey survey) {
    quota.cap(cap);
    pool.cap(cap, survey.others().size() + 1, survey.budget(), reason(survey));
  }

  private String reason(Survey survey) {
    if (quota.isRefused()) {
      return "the server has no connection left (53300)";
    }
    int others = survey.others().size();
    return others == 0
        ? "it has the %d connections to itself".formatted(survey.budget())
        : "%d instances share %d connections by weight".formatted(others + 1, survey.budget());
  }

  private void hangUp() {
    quota.unsettle();
    FleetLine over = line;
    line = null;
    if (over != null) {
      over.close();
    }
  }

  /** Leaves: the others may take what it had. */
  @Override
  public void close() {
    closed = true;
    looking.lock();
    try {
      hangUp();
    } finally {
      looking.unlock();
    }
  }
}
