package dev.weir.monitoring;

import dev.weir.config.HealthConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Looks over the monitors before they are watched. Stateless. */
final class Roll {

  private Roll() {}

  /**
   * The monitors by name, in the order given.
   *
   * @throws IllegalArgumentException if anything is wrong with them, naming all that is
   */
  static Map<String, HealthMonitor> call(List<HealthMonitor> monitors, HealthConfig config) {
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
      checkTimes(monitor, "'%s' (%s)".formatted(name, type), config, problems);
    }
    for (String name : config.readiness()) {
      if (!byName.containsKey(name)) {
        problems.add(
            "health.readiness names '%s', and there is none of that name; there are %s"
                .formatted(name, String.join(", ", byName.keySet())));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Health monitors: " + String.join("; ", problems) + ".");
    }
    return byName;
  }

  private static void checkTimes(
      HealthMonitor monitor, String shown, HealthConfig config, List<String> problems) {
    if (!monitor.interval().map(Duration::isPositive).orElse(true)) {
      problems.add("the interval of %s must be positive".formatted(shown));
      return;
    }
    Duration timeout = timeout(monitor, config);
    Duration interval = interval(monitor, config);
    if (!timeout.isPositive() || timeout.compareTo(interval) > 0) {
      problems.add(
          "the timeout of %s must be positive and no longer than its interval (%s)"
              .formatted(shown, interval));
    }
  }

  static Duration interval(HealthMonitor monitor, HealthConfig config) {
    return monitor.interval().orElse(config.interval());
  }

  /** The monitor's own; else the usual one, but no longer than its interval. */
  static Duration timeout(HealthMonitor monitor, HealthConfig config) {
    Duration interval = interval(monitor, config);
    return monitor
        .timeout()
        .orElse(config.timeout().compareTo(interval) > 0 ? interval : config.timeout());
  }

  static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
