package dev.weir.gate;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.util.ArrayList;
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
 * whoever asks. The limit can be changed at any time.
 *
 * <p>Safe for use by many threads. No call holds the gate's lock while it waits or calls back.
 */
public final class Gate {

  /*
   * One lock guards counters and queues; it is held for a few dozen instructions, never while a
   * caller parks or is called back.
   *
   * Invariants, true whenever the lock is free:
   *   1. inUse = sum of the lanes' inUse; unfilled = sum over lanes of max(0, reserved - inUse).
   *   2. No waiter stands in a queue whose lane could be admitted (work conserving). So a caller
   *      that finds its own lane admissible and its own queue empty overtakes nobody.
   *   3. A waiter is in a queue, or has been chosen to be told, never both: it is told once.
   *
   * Across lanes: stride scheduling (Waldspurger and Weihl, MIT 1995), which is weighted round
   * robin for jobs of equal size. Each lane has a pass; the lowest is served and moves on by
   * 1/weight. A lane that begins to wait starts from the gate's own pass, so that it cannot save
   * up turns while idle. A lane below its reserve goes first.
   */
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition emptied = lock.newCondition();
  private final String name;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final List<Lane> order;

  private int limit;
  private int inUse;
  private int unfilled;
  private double pass;
  private boolean closed;

  private Gate(String name, int limit, List<LaneSettings> settings) {
    this.name = name;
    this.limit = limit;
    long reserved = 0;
    for (LaneSettings lane : settings) {
      if (lanes.put(lane.name(), new Lane(this, lane)) != null) {
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
    unfilled = (int) reserved;
    order = List.copyOf(lanes.values());
  }

  /**
   * Opens a gate.
   *
   * @param name what it is called in snapshots and messages
   * @param limit its permits, 0 or more
   * @param lanes at least one; their reserves must fit into the limit
   * @throws IllegalArgumentException naming what does not fit
   */
  public static Gate open(String name, int limit, List<LaneSettings> lanes) {
    Objects.requireNonNull(name, "name");
    if (lanes.isEmpty()) {
      throw new IllegalArgumentException("gate '%s' needs at least one lane".formatted(name));
    }
    return new Gate(name, limit, lanes);
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
   * Changes the number of permits. Never waits: if more are in use, it heals as they come back.
   *
   * @param limit the new number, 0 or more; below the lanes' reserves, those go first
   */
  public void resize(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "gate '%s': limit = %d must be 0 or more".formatted(name, limit));
    }
    List<Waiter> chosen;
    lock.lock();
    try {
      this.limit = limit;
      chosen = chooseAll();
    } finally {
      lock.unlock();
    }
    chosen.forEach(Waiter::admitted);
  }

  /** Refuses everybody from now on, those who wait included. Permits in use stay valid. */
  public void close() {
    var refused = new ArrayList<Refusal>();
    lock.lock();
    try {
      closed = true;
      for (Lane lane : order) {
        for (Waiter w = lane.queue.poll(); w != null; w = lane.queue.poll()) {
          refused.add(new Refusal(w, lane, refuse(lane)));
        }
      }
    } finally {
      lock.unlock();
    }
    refused.forEach(Refusal::tell);
  }

  private record Refusal(Waiter waiter, Lane lane, LaneSnapshot seen) {
    void tell() {
      waiter.refused(exception(lane, seen, Reason.CLOSED, 0));
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
      while (inUse > 0) {
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

  /** All figures of one moment. */
  public GateSnapshot snapshot() {
    lock.lock();
    try {
      List<LaneSnapshot> all = order.stream().map(this::snapshotLocked).toList();
      return new GateSnapshot(
          name, limit, inUse, all.stream().mapToInt(LaneSnapshot::queued).sum(), all);
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
      if (closed || !lane.queue.isEmpty() || !admissible(lane)) {
        return false;
      }
      take(lane);
      return true;
    } finally {
      lock.unlock();
    }
  }

  void enterOrQueue(Lane lane, Waiter waiter) {
    LaneSnapshot refused = null;
    Reason reason;
    lock.lock();
    try {
      if (waiter.used) {
        throw new IllegalStateException("a waiter is good for one request; make a new one");
      }
      reason = reasonToRefuse(lane);
      if (reason != null) {
        refused = refuse(lane);
      } else if (!enteredElseQueued(lane, waiter)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    if (reason != null && refused != null) {
      throw exception(lane, refused, reason, 0);
    }
    waiter.admitted();
  }

  private @Nullable Reason reasonToRefuse(Lane lane) {
    if (closed) {
      return Reason.CLOSED;
    }
    boolean mustWait = !lane.queue.isEmpty() || !admissible(lane);
    return mustWait && lane.queue.size() >= lane.settings.queueBound() ? Reason.QUEUE_FULL : null;
  }

  private boolean enteredElseQueued(Lane lane, Waiter waiter) {
    waiter.used = true;
    if (lane.queue.isEmpty()) {
      if (admissible(lane)) {
        take(lane);
        return true;
      }
      lane.pass = Math.max(lane.pass, pass);
    }
    lane.queue.add(waiter);
    return false;
  }

  boolean cancel(Lane lane, Waiter waiter) {
    lock.lock();
    try {
      if (!lane.queue.contains(waiter)) {
        return false;
      }
      lane.queue.remove(waiter);
      return true;
    } finally {
      lock.unlock();
    }
  }

  void exit(Lane lane) {
    Waiter next;
    lock.lock();
    try {
      if (lane.inUse == 0) {
        throw new IllegalStateException(
            "a permit too many came back to lane '%s' of gate '%s': a bug in its caller"
                .formatted(lane.name(), name));
      }
      giveBack(lane);
      next = chooseOne();
      if (inUse == 0) {
        emptied.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      next.admitted();
    }
  }

  AdmissionRejectedException rejection(Lane lane, Reason reason, long waitedNanos) {
    LaneSnapshot refused;
    lock.lock();
    try {
      refused = refuse(lane);
    } finally {
      lock.unlock();
    }
    return exception(lane, refused, reason, waitedNanos);
  }

  private static AdmissionRejectedException exception(
      Lane lane, LaneSnapshot seen, Reason reason, long waitedNanos) {
    return new AdmissionRejectedException(seen, lane.settings.advice(), reason, waitedNanos);
  }

  /**
   * Counts a refusal; its text and stack are made outside the lock, where they cost nobody else.
   */
  private LaneSnapshot refuse(Lane lane) {
    lane.rejected++;
    return snapshotLocked(lane);
  }

  private boolean admissible(Lane lane) {
    int free = limit - inUse;
    if (free <= 0 || lane.inUse >= lane.settings.limit()) {
      return false;
    }
    return lane.belowReserve() || free > unfilled;
  }

  private void take(Lane lane) {
    if (lane.belowReserve()) {
      unfilled--;
    }
    lane.inUse++;
    lane.admitted++;
    inUse++;
  }

  private void giveBack(Lane lane) {
    lane.inUse--;
    inUse--;
    if (lane.belowReserve()) {
      unfilled++;
    }
  }

  private List<Waiter> chooseAll() {
    var chosen = new ArrayList<Waiter>();
    for (Waiter w = chooseOne(); w != null; w = chooseOne()) {
      chosen.add(w);
    }
    return chosen;
  }

  private @Nullable Waiter chooseOne() {
    Lane best = null;
    for (Lane lane : order) {
      if (!lane.queue.isEmpty() && admissible(lane) && (best == null || goesBefore(lane, best))) {
        best = lane;
      }
    }
    if (best == null) {
      return null;
    }
    pass = best.pass;
    best.pass += 1.0 / best.settings.weight();
    best.waited++;
    take(best);
    return best.queue.poll();
  }

  private static boolean goesBefore(Lane one, Lane other) {
    if (one.belowReserve() != other.belowReserve()) {
      return one.belowReserve();
    }
    return one.pass < other.pass;
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
        limit,
        inUse);
  }
}
