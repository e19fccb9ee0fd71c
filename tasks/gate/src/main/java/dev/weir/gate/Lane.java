package dev.weir.gate;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * One share of a gate: callers of a lane are admitted in the order in which they came.
 *
 * <p>Obtained from {@link Gate#lane(String)}, kept and used again and again. Safe for use by many
 * threads; a permit may be released by another thread than the one that acquired it.
 */
public final class Lane {

  /** A lane's limit when only the gate's limit counts. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  final LaneSettings settings;
  final LaneQueue queue;

  /** Position in the weighted order; the waiting lane with the lowest is served next. */
  double pass;

  /** Why nobody is admitted, in the order in which it was said; guarded by the gate's lock. */
  final List<LanePause> pauses = new ArrayList<>(0);

  int inUse;
  long admitted;
  long waited;
  long rejected;

  private final Gate gate;

  /** Its place among the lanes of the gate: the first goes first when nothing else decides. */
  final int place;

  Lane(Gate gate, int place, LaneSettings settings) {
    this.gate = gate;
    this.place = place;
    this.settings = settings;
    this.queue = new LaneQueue(settings.codel());
  }

  /** The lane's name. */
  public String name() {
    return settings.name();
  }

  /**
   * Waits for a permit, at most until the deadline, and returns how long that took.
   *
   * <p>Each permit must be given back by one {@link #release()}. A caller whose permit arrives at
   * the very moment of its interrupt keeps it; the interrupt flag stays set.
   *
   * @return nanoseconds waited, 0 if the permit was free
   * @throws AdmissionRejectedException if refused: deadline, interrupt, full queue, closed gate
   */
  public long acquire(Deadline deadline) {
    if (deadline.hasPassed()) {
      throw gate.rejection(this, Reason.DEADLINE, 0);
    }
    if (gate.tryEnter(this)) {
      return 0;
    }
    return await(deadline);
  }

  /** As {@link #acquire}, by a caller that has just seen that no permit is free. */
  public long await(Deadline deadline) {
    long start = System.nanoTime();
    var waiter = new ParkedWaiter(deadline);
    gate.enterOrQueue(this, waiter);
    if (!waiter.await()) {
      leave(waiter, start, deadline);
    }
    waiter.throwIfRefused();
    return System.nanoTime() - start;
  }

  private void leave(ParkedWaiter waiter, long start, Deadline deadline) {
    if (gate.cancel(this, waiter)) {
      Reason reason = deadline.hasPassed() ? Reason.DEADLINE : Reason.INTERRUPTED;
      throw gate.rejection(this, reason, System.nanoTime() - start);
    }
    waiter.awaitWord();
  }

  /** Takes a permit if one is free and nobody waits for it in this lane; never waits. */
  public boolean tryAcquire() {
    return gate.tryEnter(this);
  }

  /**
   * Asks for a permit without parking: the waiter is called back, at once if a permit is free.
   *
   * @throws AdmissionRejectedException if the queue is full or the gate closed; the waiter is then
   *     not called
   */
  public void request(Waiter waiter) {
    gate.enterOrQueue(this, waiter);
  }

  /**
   * Takes a waiter out of the queue.
   *
   * @return false if it no longer stood there: it has been told, or is about to be
   */
  public boolean cancel(Waiter waiter) {
    return gate.cancel(this, waiter);
  }

  /**
   * Gives a permit back and hands it to the next in order.
   *
   * @throws IllegalStateException if the lane holds no permit: a release too many
   */
  public void release() {
    gate.exit(this);
  }

  /**
   * Takes a permit although none may be free: for work that is under way already and loses the one
   * it was lent. More are then in use than the limit says, until enough have come back. Never waits
   * and never refuses; the permit must be given back by one {@link #release()}.
   */
  public void overdraw() {
    var _ = gate.locked(admissions -> admissions.overdraw(this));
  }

  /**
   * Notes how long a permit was held: with some of them the lane knows how much time a caller needs
   * once it is admitted, and sends those away who have less.
   */
  public void held(long nanos) {
    gate.held(this, nanos);
  }

  /**
   * A refusal as this lane would give it now, counted like its own: for the owner of a gate who
   * refuses by a rule of its own.
   */
  public AdmissionRejectedException refusal(Reason reason) {
    return gate.rejection(this, reason, 0);
  }

  /**
   * Refuses everybody in this lane, those who wait included, with {@link Reason#PAUSED}, until the
   * pause is closed. Permits in use stay valid, and their work may overdraw. Of several pauses each
   * must be closed.
   *
   * @param why in words that may follow "because", for the refusals
   */
  public LanePause pause(String why) {
    var pause = new LanePause(this, why);
    return gate.locked(admissions -> admissions.pause(pause));
  }

  void resume(LanePause pause) {
    var _ = gate.locked(_ -> pauses.remove(pause));
  }

  /** The lane's figures at this moment. */
  public LaneSnapshot snapshot() {
    return gate.snapshot(this);
  }

  boolean belowReserve() {
    return inUse < settings.reserved();
  }
}
