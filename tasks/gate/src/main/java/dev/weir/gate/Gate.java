package dev.weir.gate;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
   * queue and tells it.
   *
   * One lock guards counters and queues; it is held for a few dozen instructions, never while a
   * caller parks or is called back. Those to be told are chained under the lock and told after it.
   * The clock is read only when somebody waits.
   *
   * Invariants, true whenever the lock is free:
   *   1. Permits: inUse = sum of the lanes' inUse, never above all() except after that fell.
   *   2. No waiter stands in a queue whose lane could be admitted (work conserving). So a caller
   *      that finds its own lane admissible and its own queue empty overtakes nobody.
   *   3. A waiter is in a queue, or in a chain to be told, never both: it is told once. One that
   *      was cancelled is in neither and holds no permit.
   *   4. Turns knows exactly the lanes with somebody in the queue.
   */
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition emptied = lock.newCondition();
  private final String name;
  private final Ticker ticker;
  private final Runnable whenWaiting;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final List<Lane> order;
  private final Turns turns = new Turns();

  private final Permits permits;
  private boolean closed;

  /** Told after the lock is released. */
  private @Nullable Waiter firstToTell;

  private @Nullable Waiter lastToTell;

  Gate(String name, int limit, List<LaneSettings> settings, Outside outside) {
    this.name = name;
    this.ticker = outside.ticker();
    this.whenWaiting = outside.whenWaiting();
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
    order = List.copyOf(lanes.values());
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
      admitWaiting();
    } finally {
      unlockAndTell();
    }
  }

  /** One thing more is there to be used. */
  public void addSupply() {
    lock.lock();
    try {
      permits.supply++;
      admitWaiting();
    } finally {
      unlockAndTell();
    }
  }

  /** One thing that a holder of a permit had is gone; its permit is released as any other. */
  public void loseSupply() {
    lock.lock();
    try {
      permits.supply--;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes one thing away that nobody uses, or will: the owner may do with it what it likes.
   *
   * @return false if there is none
   */
  public boolean tryTakeSupply() {
    lock.lock();
    try {
      boolean spare = permits.supply > permits.inUse;
      if (spare) {
        permits.supply--;
      }
      return spare;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses everybody from now on, those who wait included. Permits in use stay valid. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      refuseAll(Reason.CLOSED, Long.MIN_VALUE);
    } finally {
      unlockAndTell();
    }
  }

  /** Tells those who have waited that long that what they wait for cannot be had. */
  public void refuseWaiting(Duration atLeast) {
    lock.lock();
    try {
      refuseAll(Reason.UNAVAILABLE, atLeast.toNanos());
    } finally {
      unlockAndTell();
    }
  }

  private void refuseAll(Reason reason, long atLeastNanos) {
    long now = ticker.nanos();
    for (Lane lane : turns.waiting()) {
      Waiter w = lane.queue.oldest();
      while (w != null && now - w.since >= atLeastNanos) {
        lane.queue.remove(w);
        turns.left(lane);
        refuseLater(lane, w, reason, now);
        w = lane.queue.oldest();
      }
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
      int queued = turns.queued();
      return permits.inUse + (queued == 0 ? 0 : queued + permits.unfilled());
    } finally {
      lock.unlock();
    }
  }

  /** All figures of one moment. */
  public GateSnapshot snapshot() {
    lock.lock();
    try {
      List<LaneSnapshot> all = order.stream().map(this::snapshotLocked).toList();
      int queued = all.stream().mapToInt(LaneSnapshot::queued).sum();
      return new GateSnapshot(name, permits.limit, permits.supply, permits.inUse, queued, all);
    } finally {
      lock.unlock();
    }
  }

  LaneSnapshot snapshot(Lane lane) {
    lock.lock();
    try {
      return snapshotLocked(lane);
    } finally {
      lock.unlock();
    }
  }

  boolean tryEnter(Lane lane) {
    lock.lock();
    try {
      return entered(lane);
    } finally {
      lock.unlock();
    }
  }

  /** Admits the waiter, queues it, or fails. */
  void enterOrQueue(Lane lane, Waiter waiter) {
    Refusal no = null;
    boolean queued = false;
    lock.lock();
    try {
      if (waiter.used) {
        throw new IllegalStateException("a waiter is good for one request; make a new one");
      }
      if (entered(lane)) {
        waiter.used = true;
        tellLater(waiter);
      } else {
        no = queueOrRefuse(lane, waiter);
        queued = no == null;
      }
    } finally {
      unlockAndTell();
    }
    if (no != null) {
      throw no.exception();
    }
    if (queued) {
      whenWaiting.run();
    }
  }

  /** Overtakes nobody: by invariant 2 nobody stands before a permit that this lane may take. */
  private boolean entered(Lane lane) {
    boolean free = !closed && lane.queue.isEmpty() && permits.admissible(lane);
    if (free) {
      permits.take(lane);
    }
    return free;
  }

  private @Nullable Refusal queueOrRefuse(Lane lane, Waiter waiter) {
    if (closed) {
      return refuse(lane, Reason.CLOSED, 0);
    }
    LaneQueue queue = lane.queue;
    if (queue.size() >= lane.settings.queueBound()) {
      return refuse(lane, Reason.QUEUE_FULL, 0);
    }
    long budget = waiter.budgetNanos();
    // The pace is an estimate: only who would come much too late is told at once, and nobody while
    // more supply may come.
    if (permits.isFull() && queue.expectedWaitNanos() / 2 > budget) {
      return refuse(lane, Reason.DEADLINE, 0);
    }
    if (queue.isEmpty()) {
      turns.beganToWait(lane);
    }
    waiter.used = true;
    long now = ticker.nanos();
    queue.add(waiter, now, budget);
    shed(lane, now);
    return null;
  }

  boolean cancel(Lane lane, Waiter waiter) {
    lock.lock();
    try {
      if (!lane.queue.contains(waiter)) {
        return false;
      }
      lane.queue.remove(waiter);
      turns.left(lane);
      return true;
    } finally {
      lock.unlock();
    }
  }

  void exit(Lane lane) {
    lock.lock();
    try {
      if (lane.inUse == 0) {
        throw new IllegalStateException(
            "a permit too many came back to lane '%s' of gate '%s': a bug in its caller"
                .formatted(lane.name(), name));
      }
      permits.giveBack(lane);
      if (permits.inUse == 0) {
        emptied.signalAll();
      }
      admitWaiting();
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
      no = refuse(lane, reason, waitedNanos);
    } finally {
      lock.unlock();
    }
    return no.exception();
  }

  private void admitWaiting() {
    if (turns.isNobodyWaiting()) {
      return;
    }
    long now = ticker.nanos();
    for (Lane lane = turns.next(permits); lane != null; lane = turns.next(permits)) {
      shed(lane, now);
      Waiter next = Objects.requireNonNull(lane.queue.next());
      turns.left(lane);
      if (lane.queue.isTooLate(next, now)) {
        refuseLater(lane, next, Reason.DEADLINE, now);
      } else {
        turns.served(lane);
        lane.queue.served(now);
        lane.waited++;
        permits.take(lane);
        tellLater(next);
      }
    }
  }

  private void shed(Lane lane, long now) {
    for (Waiter w = lane.queue.shed(now); w != null; w = lane.queue.shed(now)) {
      refuseLater(lane, w, Reason.OVERLOADED, now);
    }
  }

  private void refuseLater(Lane lane, Waiter waiter, Reason reason, long now) {
    Refusal no = refuse(lane, reason, now - waiter.since);
    waiter.verdict =
        reason == Reason.OVERLOADED ? no.notBefore(CoDel.INTERVAL * waiter.target) : no;
    tellLater(waiter);
  }

  /** Counts a refusal; its text and stack are made outside the lock, where they hold up nobody. */
  private Refusal refuse(Lane lane, Reason reason, long waitedNanos) {
    lane.rejected++;
    long wait = reason == Reason.CLOSED ? -1 : lane.queue.expectedWaitNanos();
    Duration retryAfter = wait < 0 ? null : Duration.ofNanos(wait);
    return new Refusal(
        snapshotLocked(lane), lane.settings.advice(), reason, waitedNanos, retryAfter);
  }

  private void tellLater(Waiter waiter) {
    if (lastToTell == null) {
      firstToTell = waiter;
    } else {
      lastToTell.next = waiter;
    }
    lastToTell = waiter;
  }

  private void unlockAndTell() {
    Waiter chain = firstToTell;
    firstToTell = null;
    lastToTell = null;
    lock.unlock();
    Waiter.tellAll(chain);
  }

  private LaneSnapshot snapshotLocked(Lane lane) {
    LaneSettings s = lane.settings;
    return new LaneSnapshot(
        name,
        lane.name(),
        s.reserved(),
        s.limit(),
        s.queueBound(),
        lane.inUse,
        lane.queue.size(),
        lane.admitted,
        lane.waited,
        lane.rejected,
        lane.queue.isShedding(),
        permits.all(),
        permits.inUse);
  }
}
