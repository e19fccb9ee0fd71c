package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Lane;
import dev.weir.gate.Pace;
import dev.weir.gate.Waiter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one try through the gates it must pass, one after the other: what it holds grows by a
 * permit at each, and is given back as a whole. It parks no thread.
 */
final class Entry {

  /**
   * A gate on the way.
   *
   * @param pace whose permit it is, if that comes back by itself
   */
  record Stop(Lane lane, @Nullable Pace pace) {}

  /** Who enters. */
  interface Caller {
    /** All gates are passed. */
    void entered(Entry way);

    /** One gate said no; nothing is held. */
    void turnedAway(AdmissionRejectedException refusal);
  }

  private final List<Stop> stops;
  private final Caller caller;

  /*
   * Guarded by this, which is not held while a gate is called. Stops before passed are behind us.
   * Whoever finds gone set gives back what there is; giving back empties it, so it happens once.
   */
  private int passed;
  private @Nullable Step waiting;
  private boolean gone;
  private boolean entering = true;
  private @Nullable AdmissionRejectedException early;

  Entry(List<Stop> stops, Caller caller) {
    this.stops = stops;
    this.caller = caller;
  }

  /**
   * Goes as far as it can, and on whenever a gate opens.
   *
   * @throws AdmissionRejectedException if a gate says no at once; the caller is then not told
   */
  void enter() {
    advance();
    AdmissionRejectedException refusal;
    synchronized (this) {
      entering = false;
      refusal = early;
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  private void advance() {
    Step step = nextStep();
    if (step == null) {
      return;
    }
    try {
      step.stop.lane().request(step);
    } catch (AdmissionRejectedException refusal) {
      turnAway(refusal);
      return;
    }
    if (isGone() && step.stop.lane().cancel(step)) {
      leave(); // the cancel came between the queue and us
    }
  }

  private @Nullable Step nextStep() {
    boolean through = false;
    synchronized (this) {
      if (!gone && passed < stops.size()) {
        Step step = new Step(stops.get(passed));
        waiting = step;
        return step;
      }
      through = !gone;
    }
    if (through) {
      caller.entered(this);
    } else {
      leave();
    }
    return null;
  }

  /** A gate has said no, be it one beyond this way: nothing is held then. */
  void turnAway(AdmissionRejectedException refusal) {
    leave();
    synchronized (this) {
      if (entering) {
        early = refusal;
        return;
      }
    }
    caller.turnedAway(refusal);
  }

  private synchronized boolean isGone() {
    return gone;
  }

  /** Stops waiting, and gives back what is held. */
  void cancel() {
    Step step;
    synchronized (this) {
      gone = true;
      step = waiting;
    }
    if (step == null || step.stop.lane().cancel(step)) {
      leave();
    }
  }

  /** Gives back what is held. */
  void leave() {
    int held;
    synchronized (this) {
      gone = true;
      held = passed;
      passed = 0;
    }
    for (int i = held - 1; i >= 0; i--) {
      Stop stop = stops.get(i);
      if (stop.pace() == null) {
        stop.lane().release();
      }
    }
  }

  /** The wait at one gate. */
  private final class Step extends Waiter {

    private final Stop stop;

    Step(Stop stop) {
      this.stop = stop;
    }

    @Override
    protected void admitted() {
      synchronized (Entry.this) {
        waiting = null;
        passed++;
      }
      Pace pace = stop.pace();
      if (pace != null) {
        pace.spent(stop.lane());
      }
      advance();
    }

    @Override
    protected void refused(AdmissionRejectedException refusal) {
      synchronized (Entry.this) {
        waiting = null;
      }
      turnAway(refusal);
    }
  }
}
