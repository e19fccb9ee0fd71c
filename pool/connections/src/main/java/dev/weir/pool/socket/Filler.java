package dev.weir.pool.socket;

import dev.weir.config.PoolConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Gate;
import dev.weir.tasks.SystemTasks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Opens sockets, as many as the gate's callers need, between {@code pool.min} and {@code pool.max}.
 *
 * <p>Demand drives it: those who hold a permit and those who wait for one. It opens a few at a time
 * on system tasks, so no caller ever waits inside it, and one attempt that hangs holds up no other.
 * After a failure it pauses, longer each time, with equal jitter (Brooker, "Exponential Backoff and
 * Jitter", AWS 2015: half of the pause stands, half is chance), and tells those who have waited for
 * longer than the connect timeout while there was nothing to be had.
 */
final class Filler {

  /** Attempts at once: measured to open 32 sockets in 0.2 to 0.4 s under load, few for a server. */
  private static final int PARALLEL = 4;

  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 2_000;

  private final Connector connector;
  private final Gate gate;
  private final PoolConfig size;
  private final Duration connectTimeout;
  private final RandomGenerator chance;
  private final SystemTasks system;
  private final Consumer<PhysicalConnection> opened;

  // All written under this object's monitor, which is never held over a call to elsewhere.
  private volatile int total;

  private int opening;
  private int failures;
  private boolean pausing;
  private boolean closed;

  Filler(Parts parts, Gate gate, SystemTasks system, Consumer<PhysicalConnection> opened) {
    this.connector = parts.connector();
    this.size = parts.size();
    this.connectTimeout = parts.connectTimeout();
    this.chance = parts.chance();
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

  /** Sockets that are open or being opened. */
  int total() {
    return total;
  }

  /** Sockets that are kept although nobody needs them. */
  int least() {
    return size.min();
  }

  /** Told whenever somebody begins to wait; costs one read once the pool is full. */
  void demanded() {
    if (total < size.max()) {
      fill();
    }
  }

  /** A socket was opened by somebody else and belongs to the pool now. */
  synchronized void adopted() {
    total++;
  }

  /** A socket has gone. */
  void lost() {
    synchronized (this) {
      total--;
    }
    fill();
  }

  /** Opens what is missing now. */
  void fill() {
    int missing = claim(gate.demand());
    for (int i = 0; i < missing; i++) {
      try {
        system.submit("weir-connect", this::connect);
      } catch (AdmissionRejectedException ending) {
        unclaim();
      }
    }
  }

  private synchronized int claim(int demand) {
    if (closed || pausing) {
      return 0;
    }
    int wanted = Math.clamp(demand, size.min(), size.max());
    int missing = Math.clamp(wanted - total, 0, PARALLEL - opening);
    opening += missing;
    total += missing;
    return missing;
  }

  private synchronized void unclaim() {
    opening--;
    total--;
  }

  private boolean connect() {
    PhysicalConnection fresh;
    try {
      fresh = connector.connect();
    } catch (SQLException | RuntimeException failure) {
      failed();
      return false;
    } catch (Throwable error) {
      failed();
      throw error;
    }
    if (isLate()) {
      fresh.abort();
    } else {
      opened.accept(fresh);
      fill();
    }
    return true;
  }

  private synchronized boolean isLate() {
    opening--;
    failures = 0;
    return closed;
  }

  private void failed() {
    long pause = pauseMillis();
    if (gate.snapshot().supply() == 0) {
      gate.refuseWaiting(connectTimeout);
    }
    if (pause > 0) {
      var _ = system.timer().schedule(this::resume, pause, TimeUnit.MILLISECONDS);
    }
  }

  /** How long to pause now; 0 if a pause has begun already. */
  private synchronized long pauseMillis() {
    unclaim();
    failures++;
    if (pausing || closed) {
      return 0;
    }
    pausing = true;
    long longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(failures - 1, 10));
    return chance.nextLong(longest / 2, longest + 1);
  }

  private void resume() {
    synchronized (this) {
      pausing = false;
    }
    fill();
  }

  synchronized void close() {
    closed = true;
  }
}
