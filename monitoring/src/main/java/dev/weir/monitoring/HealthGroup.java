package dev.weir.monitoring;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The questions that an orchestrator asks, each answered by some of the monitors. */
public enum HealthGroup {
  /**
   * Whether only a restart helps: the monitors of kind {@link HealthMonitor.Kind#LIVENESS}, never a
   * dependency. Fails only if one of them is down.
   */
  LIVENESS,
  /**
   * Whether it can do its work: the monitors that {@code health.readiness} names; without it those
   * of kind {@link HealthMonitor.Kind#READINESS}. Fails if one of them is down or unknown, and from
   * the moment the service refuses traffic.
   */
  READINESS,
  /**
   * Whether it has started: passes for good once every monitor of the two other groups has been up
   * or degraded once.
   */
  STARTUP;

  /** The groups to which a monitor belongs. */
  static Set<HealthGroup> of(String name, HealthMonitor.Kind kind, List<String> readiness) {
    var all = EnumSet.noneOf(HealthGroup.class);
    if (kind == HealthMonitor.Kind.LIVENESS) {
      all.add(LIVENESS);
    }
    boolean asked =
        readiness.isEmpty() ? kind == HealthMonitor.Kind.READINESS : readiness.contains(name);
    if (asked) {
      all.add(READINESS);
    }
    if (!all.isEmpty()) {
      all.add(STARTUP);
    }
    return Set.copyOf(all);
  }

  /** In lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
