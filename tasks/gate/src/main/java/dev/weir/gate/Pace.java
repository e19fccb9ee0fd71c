package dev.weir.gate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A gate that lets so many through in a time: its permits are not given back, they come back by
 * themselves, one after the other. Whoever waits, waits in the lanes of a {@link Gate}: in order,
 * bounded, by weight.
 *
 * <p>This is a token bucket: full at first, emptied by {@link #spent}, and filled by a timer that
 * runs only while it is not full. A timer that is late makes up for it, up to the rate's burst.
 * Safe for use by many threads.
 */
public final class Pace {

  private final Rate rate;
  private final Gate gate;
  private final ScheduledExecutorService timer;
  private final Ticker ticker;

  /** Whose permits are out, the first to come back first. Guarded by this, as all below. */
  private final ArrayDeque<Lane> out = new ArrayDeque<>();

  /** Since when permits have been out without a pause, and how many have come back since. */
  private long start;

  private long returned;

  /** Whether waiters are being given what has come back: they take it at the moment it was due. */
  private boolean handing;

  private Pace(Rate rate, Gate gate, ScheduledExecutorService timer, Ticker ticker) {
    this.rate = rate;
    this.gate = gate;
    this.timer = timer;
    this.ticker = ticker;
  }

  /**
   * Opens one, full.
   *
   * @param name what it is called in snapshots and messages
   * @param lanes at least one; their reserves must fit into the rate's burst
   * @param timer brings the permits back, and tells on its thread those who waited for them
   * @param ticker the clock that the rate is kept by
   */
  public static Pace open(
      String name,
      Rate rate,
      List<LaneSettings> lanes,
      ScheduledExecutorService timer,
      Ticker ticker) {
    return new Pace(
        Objects.requireNonNull(rate, "rate"),
        Gate.open(name, rate.burst(), lanes),
        Objects.requireNonNull(timer, "timer"),
        Objects.requireNonNull(ticker, "ticker"));
  }

  /**
   * Where to ask for a permit, and to cancel. Whoever was admitted calls {@link #spent}, and never
   * {@link Lane#release()}.
   *
   * @throws IllegalArgumentException if none was declared by that name
   */
  public Lane lane(String lane) {
    return gate.lane(lane);
  }

  /** A permit of this lane has been used: from now on its return is timed. */
  public void spent(Lane lane) {
    long ahead;
    synchronized (this) {
      out.add(lane);
      if (out.size() > 1) {
        return;
      }
      long now = ticker.nanos();
      start = handing ? start + rate.nanosFor(returned) : now;
      returned = 0;
      ahead = Math.max(0, start + rate.nanosFor(1) - now);
    }
    lookIn(ahead);
  }

  private void lookIn(long nanos) {
    try {
      var _ = timer.schedule(this::giveBackDue, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      gate.close(); // the timer has ended: nothing would come back any more
    }
  }

  private void giveBackDue() {
    List<Lane> due = new ArrayList<>();
    long ahead;
    synchronized (this) {
      handing = true;
      long now = ticker.nanos();
      while (!out.isEmpty() && now - start >= rate.nanosFor(returned + 1)) {
        due.add(out.remove());
        returned++;
      }
      ahead = out.isEmpty() ? -1 : start + rate.nanosFor(returned + 1) - now;
    }
    due.forEach(Lane::release);
    synchronized (this) {
      handing = false;
    }
    if (ahead >= 0) {
      lookIn(ahead);
    }
  }

  /** Whether every permit is back: one made anew would do the same. */
  public synchronized boolean isFull() {
    return out.isEmpty();
  }

  /** The figures of its gate at this moment: permits in use are those that have not come back. */
  public GateSnapshot snapshot() {
    return gate.snapshot();
  }
}
