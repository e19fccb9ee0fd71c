package dev.weir.gate;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits, shared by lanes: who may go on now, who waits, who is told no.
 *
 * <p>Inside a lane callers are admitted first come, first served; a released permit is handed to
 * the next in order and cannot be snatched by a caller that comes later. Across lanes the permits
 * go round by weight; what a lane reserves no other lane can take; what nobody reserved is used by
 * whoever asks. Callers that cannot be served in time are told so early ({@link CoDel}). Limit and
 * supply can be changed at any time.
 *
 * <p>Safe for use by many threads. No call holds the gate's lock while it waits or calls back.
 */
public final class Gate {

  /** The supply of a gate whose permits stand for nothing that could run out. */
  public static final int ENDLESS = Integer.MAX_VALUE;

  /*
   * The way of a call: Lane.acquire -> tryEnter, which is the whole story while permits are free;
   * else a waiter is queued (LaneQueue), the thread parks (ParkedWaiter), and whoever gives a
   * permit back looks for the lane whose turn it is (Turns), takes the next caller out of its
   * queue and tells it. What is decided on that way is in Admissions.
   *
   * One lock guards counters and queues; it is held for a few dozen instructions, never while a
   * caller parks or is called back. Those to be told are chained under the lock and told after it.
   * The clock is read only when somebody waits. Whose time is over is woken by Alarm.
   */
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition emptied = lock.newCondition();
  private final String name;
  private final Runnable whenWaiting;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final Permits permits;
  private final Admissions admissions;
  private final Ticker ticker;
  private volatile @Nullable Alarm alarm;

  Gate(String name, int limit, List<LaneSettings> settings, Outside outside) {
    this.name = name;
    this.whenWaiting = outside.whenWaiting();
    this.ticker = outside.ticker();
    long reserved = 0;
    for (LaneSettings lane : settings) {
      if (lanes.put(lane.name(), new Lane(this, lanes.size(), lane)) != null) {
        throw new IllegalArgumentException(
            "gate '%s' has two lanes '%s'".formatted(name, lane.name()));
      }
      reserved += lane.reserved();
    }
    if (limit < 0 || reserved > limit) {
      throw new IllegalArgumentException(
          "gate '%s': limit = %d must be 0 or more and cover the %d permits its lanes reserve"
              .formatted(name, limit, reserved));
    }
    permits = new Permits(limit, outside.supply(), (int) reserved);
    admissions = new Admissions(name, permits, outside.ticker());
  }

  /** What a gate hears from and says to the world around it. */
  record Outside(int supply, Ticker ticker, Runnable whenWaiting) {}

  /**
   * Opens a gate.
   *
   * @param name what it is called in snapshots and messages
   * @param limit its permits, 0 or more
   * @param lanes at least one; their reserves must fit into the limit
   * @throws IllegalArgumentException naming what does not fit
   */
  public static Gate open(String name, int limit, List<LaneSettings> lanes) {
    return new Gate(
        Objects.requireNonNull(name, "name"),
        limit,
        checked(name, lanes),
        new Outside(ENDLESS, Ticker.SYSTEM, () -> {}));
  }

  /**
   * Opens a gate in front of things that must exist before they can be used, of which there are
   * none yet: it has as many permits as its limit says or as were supplied, whichever is less.
   *
   * @param name what it is called in snapshots and messages
   * @param limit the most permits, 0 or more
   * @param lanes at least one; their reserves must fit into the limit
   * @param whenWaiting told on the caller's thread whenever a caller has begun to wait; must be
   *     quick and must not throw
   * @throws IllegalArgumentException naming what does not fit
   */
  public static Gate supplied(
      String name, int limit, List<LaneSettings> lanes, Runnable whenWaiting) {
    return new Gate(
        Objects.requireNonNull(name, "name"),
        limit,
        checked(name, lanes),
        new Outside(0, Ticker.SYSTEM, Objects.requireNonNull(whenWaiting, "whenWaiting")));
  }

  private static List<LaneSettings> checked(String name, List<LaneSettings> lanes) {
    if (lanes.isEmpty()) {
      throw new IllegalArgumentException("gate '%s' needs at least one lane".formatted(name));
    }
    return lanes;
  }

  /**
   * Has those who wait woken by {@code timer} when their time is over. Without it each thread parks
   * with a time limit of its own, which costs a virtual thread more than all else about its wait.
   *
   * @param timer in real time, to live as long as callers wait; what runs on it here takes well
   *     under a millisecond
   * @return this gate
   */
  public Gate wakeBy(ScheduledExecutorService timer) {
    alarm = new Alarm(this, ticker, Objects.requireNonNull(timer, "timer"));
    return this;
  }

  /** The gate's name. */
  public String name() {
    return name;
  }

  /**
   * The lane of that name.
   *
   * @throws IllegalArgumentException if none was declared, naming those that were
   */
  public Lane lane(String lane) {
    Lane found = lanes.get(Objects.requireNonNull(lane, "lane"));
    if (found == null) {
      throw new IllegalArgumentException(
          "No lane '%s' in gate '%s'; declared are %s.".formatted(lane, name, lanes.keySet()));
    }
    return found;
  }

  /**
   * Changes the most permits. Never waits: if more are in use, it heals as they come back.
   *
   * @param limit the new number, 0 or more; below the lanes' reserves, those go first
   */
  public void resize(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "gate '%s': limit = %d must be 0 or more".formatted(name, limit));
    }
    lock.lock();
    try {
      permits.limit = limit;
      admissions.admitWaiting();
    } finally {
      unlockAndTell();
    }
  }

  /**
   * One thing more is there to be used.
   *
   * @throws IllegalStateException if the gate was opened without a supply
   */
  public void addSupply() {
    lock.lock();
    try {
      permits.addSupply(name);
      admissions.admitWaiting();
    } finally {
      unlockAndTell();
    }
  }

  /**
   * One thing that a holder of a permit had is gone; its permit is released as any other.
   *
   * @throws IllegalStateException if there is none, or the gate was opened without a supply
   */
  public void loseSupply() {
    lock.lock();
    try {
      permits.loseSupply(name);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes one thing away that nobody uses, or will: the owner may do with it what it likes.
   *
   * @return false if there is none
   * @throws IllegalStateException if the gate was opened without a supply
   */
  public boolean tryTakeSupply() {
    lock.lock();
    try {
      return permits.tryTakeSupply(name);
    } finally {
      lock.unlock();
    }
  }

  /** Refuses everybody from now on, those who wait included. Permits in use stay valid. */
  public void close() {
    lock.lock();
    try {
      admissions.close();
    } finally {
      unlockAndTell();
    }
  }

  /** Tells those who have waited that long that what they wait for cannot be had. */
  public void refuseWaiting(Duration atLeast) {
    lock.lock();
    try {
      admissions.refuseWaiting(Reason.UNAVAILABLE, atLeast.toNanos());
    } finally {
      unlockAndTell();
    }
  }

  /**
   * Waits until no permit is in use, at most until the deadline.
   *
   * @return false if some still were at the deadline or at an interrupt, whose flag is then set
   */
  public boolean awaitEmpty(Deadline deadline) {
    lock.lock();
    try {
      while (permits.inUse > 0) {
        long left = deadline.remainingNanos();
        if (left == 0) {
          return false;
        }
        emptied.await(left, TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The supply with which nobody would have to wait: permits in use and, if callers wait, those and
   * what is kept from them for other lanes.
   */
  public int demand() {
    lock.lock();
    try {
      int queued = admissions.turns.queued();
      return permits.inUse + (queued == 0 ? 0 : queued + permits.unfilled());
    } finally {
      lock.unlock();
    }
  }

  /** All figures of one moment. */
  public GateSnapshot snapshot() {
    lock.lock();
    try {
      List<LaneSnapshot> all = lanes.values().stream().map(admissions::snapshot).toList();
      int queued = all.stream().mapToInt(LaneSnapshot::queued).sum();
      return new GateSnapshot(name, permits.limit, permits.supply(), permits.inUse, queued, all);
    } finally {
      lock.unlock();
    }
  }

  LaneSnapshot snapshot(Lane lane) {
    lock.lock();
    try {
      return admissions.snapshot(lane);
    } finally {
      lock.unlock();
    }
  }

  boolean tryEnter(Lane lane) {
    lock.lock();
    try {
      return admissions.enter(lane);
    } finally {
      lock.unlock();
    }
  }

  /** Admits the waiter, queues it, or fails. */
  void enterOrQueue(Lane lane, Waiter waiter) {
    Alarm clock = alarm;
    Runnable look = null;
    Refusal no = null;
    boolean queued = false;
    lock.lock();
    try {
      if (!admissions.enter(lane, waiter)) {
        no = admissions.queue(lane, waiter);
        queued = no == null;
        look = queued && clock != null ? clock.queued(waiter) : null;
      }
    } finally {
      unlockAndTell();
    }
    if (no != null) {
      throw no.exception();
    }
    if (look != null) {
      schedule(look, waiter);
    }
    if (queued) {
      whenWaiting.run();
    }
  }

  private static void schedule(Runnable look, Waiter waiter) {
    try {
      look.run();
    } catch (RejectedExecutionException _) {
      waiter.watched = false; // the timer has ended before the gate
    }
  }

  <T extends @Nullable Object> T locked(Function<Admissions, T> work) {
    lock.lock();
    try {
      return work.apply(admissions);
    } finally {
      unlockAndTell();
    }
  }

  boolean cancel(Lane lane, Waiter waiter) {
    lock.lock();
    try {
      return admissions.cancel(lane, waiter);
    } finally {
      lock.unlock();
    }
  }

  void exit(Lane lane) {
    lock.lock();
    try {
      admissions.exit(lane);
      if (permits.inUse == 0) {
        emptied.signalAll();
      }
    } finally {
      unlockAndTell();
    }
  }

  void held(Lane lane, long nanos) {
    lock.lock();
    try {
      lane.queue.held(nanos);
    } finally {
      lock.unlock();
    }
  }

  AdmissionRejectedException rejection(Lane lane, Reason reason, long waitedNanos) {
    Refusal no;
    lock.lock();
    try {
      no = admissions.refuse(lane, reason, waitedNanos);
    } finally {
      lock.unlock();
    }
    return no.exception();
  }

  private void unlockAndTell() {
    Waiter chain = admissions.takeToTell();
    lock.unlock();
    Waiter.tellAll(chain);
  }
}
