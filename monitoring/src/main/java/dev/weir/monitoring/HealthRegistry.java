package dev.weir.monitoring;

import dev.weir.config.HealthConfig;
import dev.weir.gate.Ticker;
import dev.weir.tasks.SystemTasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs every {@link HealthMonitor} as a system task of its own and keeps what it found.
 *
 * <p>A check that hangs is interrupted when nine tenths of {@code health.timeout} are over, shows
 * as unknown until it ends, delays no other check and no caller, and is never started a second time
 * beside itself. What a check returns counts even then; what it throws because of the interrupt is
 * unknown; anything else it throws is down. A result is kept with its age, and is unknown once two
 * intervals have been missed.
 *
 * <p>The first finding counts at once, and a better second one takes it back. Then a status changes
 * when {@code health.fall} findings in a row are worse, or {@code health.rise} are better, and then
 * to the mildest of them. Unknown is reached by {@code health.fall} from either side; a check that
 * hangs counts as such a finding at the end of its time and again at each interval. Changes are
 * logged, remembered and told to listeners. Safe for use by many threads.
 */
public final class HealthRegistry implements AutoCloseable {

  /** The clocks it goes by. */
  record Time(InstantSource clock, Ticker ticker) {
    static final Time SYSTEM = new Time(InstantSource.system(), Ticker.SYSTEM);

    Instant instant() {
      return clock.instant();
    }

    long nanos() {
      return ticker.nanos();
    }
  }

  /** Who wants to hear of changes, and of checks. */
  record Listeners(List<? extends HealthListener> changes, List<? extends CheckListener> checks) {

    private void tell(String monitor, Health finding, Duration took) {
      for (CheckListener listener : checks) {
        try {
          listener.checked(monitor, finding, took);
        } catch (Throwable failure) {
          LOG.warn("A listener failed at a check of '{}'.", monitor, failure);
        }
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(HealthRegistry.class);

  private final Time time;
  private final List<Watch> watches;
  private volatile String refusal = "";

  private HealthRegistry(Time time, List<Watch> watches) {
    this.time = time;
    this.watches = watches;
  }

  /**
   * Begins to watch: the first checks start at once, in the background.
   *
   * @param monitors what to check, besides what {@link ServiceLoader} finds for the thread's
   *     context class loader
   * @throws IllegalArgumentException if names are missing or given twice, an interval or timeout
   *     cannot be, or {@code health.readiness} names no monitor, naming all that is wrong
   * @throws IllegalStateException if a monitor that {@link ServiceLoader} finds cannot be made
   */
  public static HealthRegistry open(
      HealthConfig config, SystemTasks system, List<? extends HealthMonitor> monitors) {
    return open(config, system, monitors, List.of(), List.of());
  }

  /**
   * As above, with listeners to changes.
   *
   * @param listeners each told of every change, whatever the others do
   * @param checks each told of every check
   */
  public static HealthRegistry open(
      HealthConfig config,
      SystemTasks system,
      List<? extends HealthMonitor> monitors,
      List<? extends HealthListener> listeners,
      List<? extends CheckListener> checks) {
    return open(config, system, monitors, new Listeners(listeners, checks), Time.SYSTEM);
  }

  static HealthRegistry open(
      HealthConfig config,
      SystemTasks system,
      List<? extends HealthMonitor> monitors,
      Listeners listeners,
      Time time) {
    Objects.requireNonNull(system, "system");
    var told = new Watch.Told(new Teller(system, listeners.changes)::tell, listeners::tell);
    var all = new ArrayList<HealthMonitor>(monitors);
    all.addAll(found());
    var rules = new Watch.Rules(config.interval(), config.timeout(), steps(config), system, time);
    List<Watch> watches =
        Roll.call(all, config).entrySet().stream()
            .map(entry -> watch(entry.getKey(), entry.getValue(), config, rules, told))
            .toList();
    watches.forEach(Watch::start);
    return new HealthRegistry(time, watches);
  }

  private static Settled.Steps steps(HealthConfig config) {
    return new Settled.Steps(config.fall(), config.rise());
  }

  private static Watch watch(
      String name, HealthMonitor monitor, HealthConfig config, Watch.Rules usual, Watch.Told told) {
    HealthMonitor.Kind kind = Objects.requireNonNull(monitor.kind(), "kind");
    var groups = HealthGroup.of(name, kind, config.readiness());
    return new Watch(
        new Watch.Subject(name, monitor, kind, groups),
        usual.within(Roll.interval(monitor, config), Roll.timeout(monitor, config)),
        told);
  }

  private static List<HealthMonitor> found() {
    try {
      var all = new ArrayList<HealthMonitor>();
      ServiceLoader.load(HealthMonitor.class).forEach(all::add);
      return all;
    } catch (ServiceConfigurationError broken) {
      throw new IllegalStateException(
          "A health monitor that is declared as a service cannot be made: %s. Mend it, or take it out of META-INF/services/%s or the module's provides."
              .formatted(broken.getMessage(), HealthMonitor.class.getName()),
          broken);
    }
  }

  /** What is known now. Never waits: it reads what the checks have left. */
  public HealthReport report() {
    return new HealthReport(time.instant(), watches.stream().map(Watch::report).toList(), refusal);
  }

  /**
   * From now on the service is not ready, whatever its monitors find: it drains or stops. Liveness
   * and all else go on. There is no way back; of several reasons the first counts.
   *
   * @param reason in a few words, for people
   */
  public synchronized void refuseTraffic(String reason) {
    Objects.requireNonNull(reason, "reason");
    if (refusal.isEmpty()) {
      refusal = reason.isBlank() ? "no reason given" : reason;
    }
  }

  /**
   * Runs all checks now, beside each other, and reports. Waits for them at most as long as the most
   * patient may take; one that is under way already is waited for, not run twice; one that hangs is
   * not waited for. It is one more finding for each, so it settles nothing that takes two. An
   * interrupt ends the waiting and its flag is set again. After {@link #close()} it is the same as
   * {@link #report()}.
   */
  public HealthReport refresh() {
    var all = watches.stream().map(Watch::begin).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(all).get(longest().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException _) {
      // Whoever has not answered shows as unknown.
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("a check's end cannot fail: a bug in Weir", impossible);
    }
    return report();
  }

  private Duration longest() {
    return watches.stream().map(Watch::timeout).reduce(Duration.ZERO, Roll::longer);
  }

  /** Ends the schedules and interrupts what runs; the last report stays readable. */
  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
