package dev.weir.tasks.shutdown;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals of this process, taken while at least one target wants them, and then given back.
 *
 * <table>
 * <caption>What they do</caption>
 * <tr><td>SIGTERM, SIGINT</td><td>the first of them stops every target, all at once, and ends the
 * process with exit code 0 if nothing was left undone, else with 128 and its number; the second, of
 * either kind, ends it at once with 128 and its number</td></tr>
 * <tr><td>SIGHUP</td><td>reloads</td></tr>
 * <tr><td>SIGUSR1</td><td>prints the status to standard error</td></tr>
 * </table>
 *
 * <p>A handler that somebody had put in place before is still called, on a thread of its own, at
 * the beginning; one put in place later stays, and ours are then called only by it. A signal that
 * whoever started the process had ignored (SIGINT of a background job, SIGHUP under nohup) stays
 * so. Under {@code -Xrs} the JVM lets nobody have SIGTERM, SIGINT and SIGHUP; SIGQUIT (the JVM's
 * thread dump) and SIGUSR2 (which it needs for itself) are never touched.
 *
 * <p>A stop by a signal runs on no shutdown hook, so the exit at its end is allowed; hooks run
 * then. Safe for use by many threads.
 */
public final class ProcessSignals {

  private static final Logger log = LoggerFactory.getLogger(ProcessSignals.class);
  private static final String HANGUP = "HUP";
  private static final String STATUS = "USR1";
  private static final List<String> NAMES = List.of("TERM", "INT", HANGUP, STATUS);
  private static final int KILLED = 128;

  /** One for the JVM, or for each class loader that brings Weir: signals belong to the process. */
  private static final ProcessSignals JVM = new ProcessSignals(OsSignals.find().orElse(null));

  private final @Nullable OsSignals signals;
  private final List<SignalTarget> targets = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable String> stopping = new AtomicReference<>();

  /** Ours, by name: always the same, so that it is known again. */
  private final Map<String, Object> ours = new LinkedHashMap<>();

  /**
   * What was there before, by name; of a signal that could not be given back, because somebody had
   * put a handler over ours, it stays known. Guarded by this.
   */
  private final Map<String, Object> before = new LinkedHashMap<>();

  private ProcessSignals(@Nullable OsSignals signals) {
    this.signals = signals;
    if (signals != null) {
      NAMES.forEach(name -> ours.put(name, signals.handler(number -> on(name, number))));
    }
  }

  /**
   * Has the signals act on a target from now on. The first one takes them, and says so in the log.
   *
   * @return gives them back with the last target, unless they have begun to stop the process
   */
  public static Registration take(SignalTarget target) {
    JVM.add(Objects.requireNonNull(target, "target"));
    return () -> JVM.remove(target);
  }

  private synchronized void add(SignalTarget target) {
    targets.add(target);
    if (targets.size() == 1) {
      takeAll();
    }
  }

  private synchronized void remove(SignalTarget target) {
    if (targets.remove(target) && targets.isEmpty() && stopping.get() == null) {
      before.entrySet().removeIf(entry -> givenBack(entry.getKey(), entry.getValue()));
    }
  }

  private void takeAll() {
    OsSignals os = signals;
    if (os == null) {
      log.warn("This Java runtime has no signals (module jdk.unsupported): none is handled.");
      return;
    }
    List<String> taken = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    NAMES.forEach(name -> (isTaken(os, name) ? taken : refused).add("SIG" + name));
    log.info(
        "Signals taken: {}{}",
        taken,
        refused.isEmpty()
            ? ""
            : "; left as they are, ignored for this process or kept by the JVM: " + refused);
  }

  private boolean isTaken(OsSignals os, String name) {
    if (before.containsKey(name)) {
      return true; // still ours, under somebody else's
    }
    Object previous = os.put(name, Objects.requireNonNull(ours.get(name), name));
    if (previous == null || os.isIgnored(previous)) {
      return false;
    }
    before.put(name, previous);
    return true;
  }

  private boolean givenBack(String name, Object previous) {
    OsSignals os = Objects.requireNonNull(signals, "signals");
    Object found = os.put(name, previous);
    if (found == null || found.equals(ours.get(name))) {
      return true;
    }
    os.put(name, found); // somebody came after us, and may call us
    return false;
  }

  private void on(String name, int number) {
    if (targets.isEmpty() && stopping.get() == null) {
      passOn(name);
      return;
    }
    switch (name) {
      case HANGUP -> reload();
      case STATUS -> status();
      default -> end(name, number);
    }
  }

  private void reload() {
    callBefore(HANGUP);
    targets.forEach(SignalTarget::reload);
  }

  private void status() {
    callBefore(STATUS);
    targets.forEach(target -> LastWords.say(target.status()));
  }

  private void end(String name, int number) {
    if (stopping.compareAndSet(null, name)) {
      callBefore(name);
      boolean clean = stop(List.copyOf(targets), "SIG" + name);
      exit(clean ? 0 : KILLED + number);
    } else {
      force(name, number);
    }
  }

  /** Not in a hook: on the JVM's own thread for this signal. */
  @SuppressWarnings("SystemExitOutsideMain") // the process was told to end
  private static void exit(int code) {
    System.exit(code);
  }

  private void force(String name, int number) {
    try {
      LastWords.say(
          "SIG%s after SIG%s: the process ends at once, and leaves undone what it was waiting for."
              .formatted(name, stopping.get()),
          LastWords.BRIEFLY);
    } finally {
      Runtime.getRuntime().halt(KILLED + number);
    }
  }

  /** All at once: budgets must not add up. */
  private static boolean stop(List<SignalTarget> all, String signal) {
    List<Stopping> stops = all.stream().map(target -> new Stopping(target, signal)).toList();
    List<Thread> threads = stops.stream().map(ProcessSignals::started).toList();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return stops.stream().allMatch(it -> it.clean);
  }

  private static Thread started(Runnable work) {
    return Thread.ofPlatform().daemon().name("weir-signal").start(work);
  }

  private static final class Stopping implements Runnable {
    private final SignalTarget target;
    private final String signal;
    private volatile boolean clean;

    Stopping(SignalTarget target, String signal) {
      this.target = target;
      this.signal = signal;
    }

    @Override
    public void run() {
      try {
        clean = target.stop(signal);
      } catch (Throwable failure) {
        log.error("The stop by {} failed", signal, failure);
      }
    }
  }

  /** Tells a handler of somebody else's that was there first, and does not wait for it. */
  private void callBefore(String name) {
    Object previous = previous(name);
    OsSignals os = signals;
    if (os != null && previous != null && os.isSomebodys(previous)) {
      started(() -> os.call(previous, name));
    }
  }

  /** Nobody of ours is left, so it is as if we were not there. */
  private void passOn(String name) {
    Object previous = previous(name);
    OsSignals os = signals;
    if (os != null && previous != null) {
      os.call(previous, name);
    }
  }

  private synchronized @Nullable Object previous(String name) {
    return before.get(name);
  }
}
