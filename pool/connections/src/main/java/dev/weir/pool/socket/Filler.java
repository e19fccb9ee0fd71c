package dev.weir.pool.socket;

import dev.weir.config.PoolConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Gate;
import dev.weir.gate.GateSnapshot;
import dev.weir.tasks.SystemTasks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Opens sockets, as many as the gate's callers need, between {@code pool.min} and {@code pool.max}.
 *
 * <p>Demand drives it: those who hold a permit and those who wait for one. It opens a few at a time
 * on system tasks, so no caller ever waits inside it; a try that hangs does not count among the few
 * after a second. However many are missing, no more than {@link #BURST} are opened at once and
 * {@link #PER_TICK} in each tick after that, so that a server that comes back is not run over. When
 * none can be opened there is an {@link Outage}, and who has waited for longer than the connect
 * timeout, or for what waiting cannot mend, is told.
 */
final class Filler {

  /** Tries that begin before the server has had a chance to show that it cannot cope with more. */
  static final int BURST = 32;

  /** Further ones in a quarter of a second: a hundred in a second. */
  static final int PER_TICK = 25;

  /** Tries at once: measured to open 32 sockets in 0.2 to 0.4 s under load, few for a server. */
  private static final int PARALLEL = 4;

  /** A try older than this, in ticks, hangs. */
  private static final int HANGS = 4;

  private final Connector connector;
  private final Gate gate;
  private final Duration connectTimeout;
  private final SystemTasks system;
  private final Consumer<PhysicalConnection> opened;

  // All written under this object's monitor, which is never held over a call to elsewhere.
  private volatile PoolConfig size;
  private volatile int total;

  /** Whether nobody is to wait: the login is refused, and the next try is not due. */
  private volatile boolean refusing;

  /** How often logins were renewed; a socket that has another number than this goes when it can. */
  private final AtomicInteger login = new AtomicInteger();

  private final Outage outage;
  private final Set<Attempt> attempts = new HashSet<>();

  /** Tries that do not hang. */
  private int opening;

  private int hanging;

  /** Of the total, those that serve no caller. */
  private int kept;

  private int allowance = BURST;
  private boolean held;
  private boolean closed;

  Filler(Parts parts, Gate gate, SystemTasks system, Consumer<PhysicalConnection> opened) {
    this.connector = parts.connector();
    this.size = parts.size();
    this.connectTimeout = parts.connectTimeout();
    this.outage = new Outage(parts.chance());
    this.gate = gate;
    this.system = system;
    this.opened = opened;
  }

  /**
   * What is to be opened, and how much of it.
   *
   * @param chance how long pauses are within their bounds, and lifetimes; safe for many threads
   */
  record Parts(
      Connector connector, PoolConfig size, Duration connectTimeout, RandomGenerator chance) {}

  /** One try to open a socket; guarded by the filler. */
  static final class Attempt {
    private int age;
    private boolean hangs;
  }

  /** Sockets that are open or being opened. */
  int total() {
    return total;
  }

  /** How many there may be. */
  PoolConfig size() {
    return size;
  }

  /** From now on there may be so many; those that are too many are the caller's to close. */
  void resize(PoolConfig fresh) {
    synchronized (this) {
      size = fresh;
    }
    fill();
  }

  /** Told whenever somebody begins to wait; costs one read once the pool is full. */
  void demanded() {
    if (total < size.max()) {
      fill();
    }
    if (refusing) {
      tellWaiting(Duration.ZERO);
    }
  }

  /** Which login new sockets are of. */
  int login() {
    return login.get();
  }

  /** From now on sockets are of another login, this one first. */
  void renewed(PhysicalConnection first) {
    first.stamps().login = login.incrementAndGet();
  }

  /** All sockets there are, and all that are being opened, are to be replaced. */
  void outdated() {
    login.incrementAndGet();
  }

  /** A socket was opened by somebody else and belongs to the pool now. */
  synchronized void adopted() {
    total++;
  }

  /** A socket was taken out of use and is kept for something else. */
  void kept() {
    synchronized (this) {
      kept++;
    }
    fill();
  }

  /** One that was kept has gone. */
  void lostKept() {
    synchronized (this) {
      kept--;
    }
    lost();
  }

  synchronized int keeps() {
    return kept;
  }

  /** A socket has gone. */
  void lost() {
    synchronized (this) {
      total--;
    }
    fill();
  }

  /** Whether a socket that still works may go because another can be opened soon. */
  synchronized boolean maySpare() {
    return !outage.isOn() && opening < PARALLEL && allowance > 0;
  }

  /** Whether the last try failed, and the next is not due. */
  synchronized boolean isPausing() {
    return outage.isPausing();
  }

  /** A quarter of a second has passed. */
  void tick() {
    boolean heldBack;
    synchronized (this) {
      heldBack = allowance == 0;
      allowance = Math.min(BURST, allowance + PER_TICK);
      for (Attempt attempt : attempts) {
        if (++attempt.age >= HANGS && !attempt.hangs && hanging < PARALLEL) {
          attempt.hangs = true;
          hanging++;
          opening--;
          heldBack = true;
        }
      }
    }
    if (heldBack) {
      fill();
    }
  }

  /** Opens what is missing now. */
  void fill() {
    int demand = gate.demand();
    for (Attempt next = claim(demand); next != null; next = claim(demand)) {
      Attempt attempt = next;
      try {
        system.submit("weir-connect", () -> connect(attempt));
      } catch (AdmissionRejectedException ending) {
        unclaim(attempt);
        return;
      }
    }
  }

  private synchronized @Nullable Attempt claim(int demand) {
    int wanted = Math.clamp((long) demand + kept, size.min(), size.max());
    boolean may =
        !closed && !held && !outage.isPausing() && opening < (outage.isOn() ? 1 : PARALLEL);
    return may && allowance > 0 && total < size.max() && total - hanging < wanted ? begin() : null;
  }

  /**
   * A place for one more socket, which the caller opens by {@link #open}; null if there is none.
   */
  synchronized @Nullable Attempt claimBeside() {
    return !closed && !held && total < size.max() ? begin() : null;
  }

  /** The place of a socket that the caller has closed, for another. */
  synchronized Attempt claimInstead() {
    total--;
    return begin();
  }

  private synchronized Attempt begin() {
    var attempt = new Attempt();
    attempts.add(attempt);
    opening++;
    total++;
    allowance = Math.max(0, allowance - 1);
    return attempt;
  }

  private synchronized void unclaim(Attempt attempt) {
    end(attempt);
    total--;
  }

  private synchronized void end(Attempt attempt) {
    attempts.remove(attempt);
    if (attempt.hangs) {
      hanging--;
    } else {
      opening--;
    }
  }

  private boolean connect(Attempt attempt) {
    PhysicalConnection fresh;
    try {
      fresh = open(attempt);
    } catch (SQLException | RuntimeException _) {
      return false;
    }
    opened.accept(fresh);
    fill();
    return true;
  }

  /**
   * Opens a socket for a place that was claimed.
   *
   * @throws SQLException if it cannot be had; the place is free again
   */
  PhysicalConnection open(Attempt attempt) throws SQLException {
    PhysicalConnection fresh;
    int before = login.get(); // one that begins before a renewal may log in as it was
    try {
      fresh = connector.connect();
      fresh.stamps().login = before;
    } catch (SQLException failure) {
      failed(attempt, ConnectTrouble.of(failure));
      throw failure;
    } catch (Throwable failure) {
      failed(attempt, ConnectTrouble.OTHER);
      throw failure;
    }
    if (isLate(attempt)) {
      fresh.abort();
      throw new SQLException(
          "The pool was closed, or paused, while a socket was opened for it.", "08003");
    }
    return fresh;
  }

  private synchronized boolean isLate(Attempt attempt) {
    end(attempt);
    boolean late = closed || held;
    if (late) {
      total--;
    }
    outage.end();
    refusing = false;
    return late;
  }

  private void failed(Attempt attempt, ConnectTrouble trouble) {
    long pause;
    int number;
    boolean hopeless;
    synchronized (this) {
      unclaim(attempt);
      pause = closed ? 0 : outage.failed(trouble);
      number = outage.pauses();
      hopeless = outage.isHopeless();
      refusing = hopeless;
    }
    tellWaiting(hopeless ? Duration.ZERO : connectTimeout);
    if (pause > 0) {
      var _ = system.timer().schedule(() -> resume(number), pause, TimeUnit.MILLISECONDS);
    }
  }

  /** If there is no socket, or none but those that are reserved for others and idle. */
  private void tellWaiting(Duration atLeast) {
    GateSnapshot now = gate.snapshot();
    if (now.supply() == 0 || now.inUse() == 0) {
      gate.refuseWaiting(atLeast);
    }
  }

  private void resume(int pause) {
    synchronized (this) {
      outage.resume(pause);
      refusing = outage.isHopeless() && outage.isPausing();
    }
    fill();
  }

  /** Whether the login was refused and the next try is not due. */
  boolean isRefused() {
    return refusing;
  }

  /** The login is another one now: the pause after the last is over. */
  void loginChanged() {
    int now;
    synchronized (this) {
      now = outage.pauses();
    }
    resume(now);
  }

  /** Opens nothing until {@link #release}. */
  synchronized void hold() {
    held = true;
  }

  void release() {
    synchronized (this) {
      held = false;
    }
    fill();
  }

  synchronized void close() {
    closed = true;
  }
}
