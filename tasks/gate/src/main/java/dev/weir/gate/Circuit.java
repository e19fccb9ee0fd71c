package dev.weir.gate;

import dev.weir.gate.CircuitSnapshot.State;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps callers from what fails anyway, until one call has shown that it works again.
 *
 * <p>Closed, it lets all calls through and counts. When too many have failed (see {@link
 * CircuitRule}) it opens and refuses all. When it has been open long enough it lets one call
 * through, the probe, and goes on refusing the others: if the probe succeeds the circuit closes, if
 * it fails the circuit is open again, for twice as long.
 *
 * <p>A call tells its result by the {@link Pass} it was given, and a pass counts only in the phase
 * in which it was given: a call that began before the circuit opened and ends while the probe is
 * under way neither heals nor breaks anything. Time is that of the {@link Ticker}: setting the wall
 * clock changes nothing. Safe for use by many threads.
 */
public final class Circuit {

  /*
   * All fields are guarded by this; nobody is called while it is held. A phase ends whenever the
   * circuit opens, closes, or lets a probe through: passes of earlier phases are told apart by
   * its number.
   */
  private final String name;
  private final CircuitRule rule;
  private final Ticker ticker;
  private final Consumer<CircuitSnapshot> whenTurned;
  private final RecentFailures recent;
  private long phase;
  private boolean open;
  private long since;
  private long openNanos;
  private boolean probing;
  private long probeSince;
  private long succeeded;
  private long failed;
  private long refused;
  private long opened;

  private Circuit(
      String name, CircuitRule rule, Ticker ticker, Consumer<CircuitSnapshot> whenTurned) {
    this.name = Objects.requireNonNull(name, "name");
    this.rule = Objects.requireNonNull(rule, "rule");
    this.ticker = Objects.requireNonNull(ticker, "ticker");
    this.whenTurned = Objects.requireNonNull(whenTurned, "whenTurned");
    this.recent = new RecentFailures(rule);
  }

  /**
   * A closed circuit.
   *
   * @param name what it is called in messages
   * @param whenTurned told each time it has opened or closed, on the thread whose result did that
   */
  public static Circuit closed(
      String name, CircuitRule rule, Ticker ticker, Consumer<CircuitSnapshot> whenTurned) {
    return new Circuit(name, rule, ticker, whenTurned);
  }

  /**
   * Lets a call through, which must then tell its result by the pass.
   *
   * @throws AdmissionRejectedException with {@link AdmissionRejectedException.Reason#CIRCUIT_OPEN}
   *     and the time after which another try makes sense
   */
  public Pass enter() {
    Pass pass = tryEnter();
    if (pass != null) {
      return pass;
    }
    throw refusal();
  }

  private synchronized @Nullable Pass tryEnter() {
    if (!open) {
      return new Pass(phase);
    }
    if (leftNanos() > 0) {
      refused++;
      return null;
    }
    probing = true;
    probeSince = ticker.nanos();
    return new Pass(++phase);
  }

  /** How long it goes on refusing: until the probe is due, or has had its time. */
  private long leftNanos() {
    long now = ticker.nanos();
    long left = probing ? probeSince + rule.longest().toNanos() - now : since + openNanos - now;
    return Math.max(0, left);
  }

  private AdmissionRejectedException refusal() {
    CircuitSnapshot now = snapshot();
    // While a probe is under way nobody knows how long it takes; the first wait is a fair guess.
    Duration later = now.state() == State.HALF_OPEN ? rule.first() : now.retryAfter();
    return new AdmissionRejectedException(
        name,
        "Circuit '%s' is open: %d calls have failed and %d were refused; it lets one through to try in %d ms. Mend what it calls, or wait."
            .formatted(name, now.failed(), now.refused(), later.toMillis()),
        later);
  }

  private void succeeded(Pass pass) {
    boolean closes;
    synchronized (this) {
      if (pass.isVoid()) {
        return;
      }
      succeeded++;
      recent.succeeded();
      closes = open;
      if (closes) {
        open = false;
        turn();
      }
    }
    if (closes) {
      whenTurned.accept(snapshot());
    }
  }

  private void failed(Pass pass) {
    boolean opens;
    synchronized (this) {
      if (pass.isVoid()) {
        return;
      }
      failed++;
      opens = !open && recent.failed(ticker.nanos());
      if (opens) {
        opened++;
        open(rule.first().toNanos());
      } else if (open) {
        open(Math.min(2 * openNanos, rule.longest().toNanos()));
      }
    }
    if (opens) {
      whenTurned.accept(snapshot());
    }
  }

  private void open(long nanos) {
    open = true;
    openNanos = nanos;
    since = ticker.nanos();
    turn();
  }

  private void turn() {
    phase++;
    probing = false;
    recent.forget();
  }

  private synchronized void withdraw(Pass pass) {
    if (!pass.isVoid() && open) {
      probing = false; // the next caller is the probe
      phase++;
    }
  }

  /** The figures of this moment. */
  public synchronized CircuitSnapshot snapshot() {
    long left = open ? leftNanos() : 0;
    State state = !open ? State.CLOSED : probing || left == 0 ? State.HALF_OPEN : State.OPEN;
    return new CircuitSnapshot(
        name, state, succeeded, failed, refused, opened, Duration.ofNanos(left));
  }

  /**
   * One call that was let through. It tells its result once; what it tells after that, or after the
   * phase in which it was let through, is not counted. Safe for use by many threads.
   */
  public final class Pass {

    private final long givenIn;
    private boolean told;

    private Pass(long givenIn) {
      this.givenIn = givenIn;
    }

    /** Marks it as told; under the circuit's lock. */
    private boolean isVoid() {
      boolean before = told;
      told = true;
      return before || givenIn != phase;
    }

    /** Whether its result would still count. */
    public boolean isValid() {
      synchronized (Circuit.this) {
        return !told && givenIn == phase;
      }
    }

    /** The call has succeeded. */
    public void succeeded() {
      Circuit.this.succeeded(this);
    }

    /** The call has failed; a failure that does not count by the rule is an answer all the same. */
    public void failed(Throwable failure) {
      if (rule.counts().test(failure)) {
        Circuit.this.failed(this);
      } else {
        Circuit.this.succeeded(this);
      }
    }

    /** The call was not made, or says nothing about what it calls: it was cancelled. */
    public void withdrawn() {
      withdraw(this);
    }
  }
}
