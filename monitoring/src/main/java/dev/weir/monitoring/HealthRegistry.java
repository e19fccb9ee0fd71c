package dev.weir.monitoring;

import dev.weir.config.HealthConfig;
import dev.weir.gate.Ticker;
import dev.weir.tasks.SystemTasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs every {@link HealthMonitor} as a system task of its own and keeps what it found.
 *
 * <p>A check that hangs is interrupted when nine tenths of {@code health.timeout} are over, shows
 * as unknown until it ends, delays no other check and no caller, and is never started a second time
 * beside itself. What a check returns counts even then; what it throws because of the interrupt is
 * unknown; anything else it throws is down. A result is kept with its age, and is unknown once two
 * intervals have been missed. Changes of a status are logged. Safe for use by many threads.
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

  private final Duration timeout;
  private final Time time;
  private final List<Watch> watches;

  private HealthRegistry(Duration timeout, Time time, List<Watch> watches) {
    this.timeout = timeout;
    this.time = time;
    this.watches = watches;
  }

  /**
   * Begins to watch: the first checks start at once, in the background.
   *
   * @param monitors what to check, besides what {@link ServiceLoader} finds for the thread's
   *     context class loader
   * @throws IllegalArgumentException if names are missing or given twice or an interval is not
   *     positive, naming all that are wrong
   * @throws IllegalStateException if a monitor that {@link ServiceLoader} finds cannot be made
   */
  public static HealthRegistry open(
      HealthConfig config, SystemTasks system, List<? extends HealthMonitor> monitors) {
    return open(config, system, monitors, Time.SYSTEM);
  }

  static HealthRegistry open(
      HealthConfig config, SystemTasks system, List<? extends HealthMonitor> monitors, Time time) {
    Objects.requireNonNull(system, "system");
    var all = new ArrayList<HealthMonitor>(monitors);
    all.addAll(found());
    List<Watch> watches =
        checked(all).entrySet().stream()
            .map(
                entry -> {
                  Duration interval = entry.getValue().interval().orElse(config.interval());
                  var rules = new Watch.Rules(interval, config.timeout(), system, time);
                  return new Watch(entry.getKey(), entry.getValue(), rules);
                })
            .toList();
    watches.forEach(Watch::start);
    return new HealthRegistry(config.timeout(), time, watches);
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

  /** By name, in the order given. */
  private static Map<String, HealthMonitor> checked(List<HealthMonitor> monitors) {
    var byName = new LinkedHashMap<String, HealthMonitor>();
    var problems = new ArrayList<String>();
    for (HealthMonitor monitor : monitors) {
      String type = monitor.getClass().getName();
      String name = Objects.requireNonNullElse(monitor.name(), "");
      if (name.isBlank()) {
        problems.add("%s has no name; let name() return one".formatted(type));
      }
      HealthMonitor other = byName.put(name, monitor);
      if (other != null && !name.isBlank()) {
        problems.add(
            "two are called '%s', %s and %s; give one of them another name"
                .formatted(name, other.getClass().getName(), type));
      }
      if (!monitor.interval().map(Duration::isPositive).orElse(true)) {
        problems.add("the interval of '%s' (%s) must be positive".formatted(name, type));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Health monitors: " + String.join("; ", problems) + ".");
    }
    return byName;
  }

  /** What is known now. Never waits: it reads what the checks have left. */
  public HealthReport report() {
    return new HealthReport(time.instant(), watches.stream().map(Watch::report).toList());
  }

  /**
   * Runs all checks now, beside each other, and reports. Waits for them at most {@code
   * health.timeout}; one that is under way already is waited for, not run twice; one that hangs is
   * not waited for. An interrupt ends the waiting and its flag is set again. After {@link #close()}
   * it is the same as {@link #report()}.
   */
  public HealthReport refresh() {
    var all = watches.stream().map(Watch::begin).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(all).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException _) {
      // Whoever has not answered shows as unknown.
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("a check's end cannot fail: a bug in Weir", impossible);
    }
    return report();
  }

  /** Ends the schedules and interrupts what runs; the last report stays readable. */
  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
