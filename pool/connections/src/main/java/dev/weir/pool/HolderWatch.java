package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Ticker;
import dev.weir.pool.socket.Loan;
import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.tasks.SystemTasks;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches those who hold connections: looks four times a second who has them, and so knows for how
 * long, at no cost to a borrow. A stack is taken when one becomes slow, once. Safe for use by many
 * threads.
 */
final class HolderWatch {

  private final Supplier<List<PhysicalConnection>> connections;
  private final Duration slowAfter;
  private final SafePoolListener listener;
  private final SystemTasks system;
  private final Ticker ticker;

  /** Guarded by this. */
  private final Map<PhysicalConnection, Seen> holders = new HashMap<>();

  /**
   * Not looking yet.
   *
   * @param connections those that are borrowed now
   */
  HolderWatch(
      Supplier<List<PhysicalConnection>> connections,
      WatchRules rules,
      SafePoolListener listener,
      SystemTasks system) {
    this.connections = connections;
    this.slowAfter = rules.slowAfter();
    this.listener = listener;
    this.system = system;
    this.ticker = system.ticker();
  }

  /** One borrow, since it was first seen. */
  private static final class Seen {
    final int number;
    final long since;
    boolean told;
    @Nullable SlowSession slow;

    Seen(int number, long since) {
      this.number = number;
      this.since = since;
    }
  }

  /** Called in a steady rhythm, on the timer; what takes time is done elsewhere. */
  void look() {
    long now = ticker.nanos();
    List<PhysicalConnection> borrowed = connections.get();
    boolean slow = false;
    synchronized (this) {
      Set<PhysicalConnection> still = new HashSet<>(borrowed);
      holders.keySet().removeIf(one -> !still.contains(one));
      for (PhysicalConnection one : borrowed) {
        int number = one.loan().number();
        Seen seen = holders.get(one);
        if (seen == null || seen.number != number) {
          holders.put(one, new Seen(number, now));
        } else {
          slow |= !seen.told && now - seen.since >= slowAfter.toNanos();
        }
      }
    }
    if (slow) {
      begin();
    }
  }

  private void begin() {
    try {
      system.submit("weir-slow-sessions", this::tell);
    } catch (AdmissionRejectedException ending) {
      // nobody is told any more
    }
  }

  private boolean tell() {
    long now = ticker.nanos();
    for (PhysicalConnection one : connections.get()) {
      Seen seen = becomesSlow(one, now);
      SlowSession slow = seen == null ? null : sample(one, seen, now);
      if (seen != null && slow != null) {
        synchronized (this) {
          seen.slow = slow;
        }
        listener.slowHolder(slow);
      }
    }
    return true;
  }

  private synchronized @Nullable Seen becomesSlow(PhysicalConnection one, long now) {
    Seen seen = holders.get(one);
    if (seen == null || seen.told || now - seen.since < slowAfter.toNanos()) {
      return null;
    }
    seen.told = true;
    return seen;
  }

  /** Null if it has come back in the meantime. */
  private static @Nullable SlowSession sample(PhysicalConnection one, Seen seen, long now) {
    Loan loan = one.loan();
    Thread thread = one.borrower();
    OpenSession holder = OpenSession.of(one).orElse(null);
    Throwable place = loan.place();
    if (thread == null || holder == null || loan.number() != seen.number) {
      return null;
    }
    return new SlowSession(
        holder,
        Duration.ofNanos(now - seen.since),
        !thread.isAlive(),
        place == null ? List.of() : List.of(place.getStackTrace()));
  }

  /** Those that are slow now, as they were when they became so. */
  synchronized List<SlowSession> slow() {
    return connections.get().stream()
        .map(one -> slow(holders.get(one), one))
        .filter(Objects::nonNull)
        .toList();
  }

  private static @Nullable SlowSession slow(@Nullable Seen seen, PhysicalConnection one) {
    return seen == null || seen.number != one.loan().number() ? null : seen.slow;
  }
}
