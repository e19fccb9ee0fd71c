package dev.weir.monitoring;

import dev.weir.monitoring.Health.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How everything is at one moment. Immutable.
 *
 * @param checkedAt the moment it speaks of; ages are counted back from it
 * @param monitors one part for each monitor, in the order in which they were given
 * @param refusal why the service refuses traffic; empty while it takes it
 */
public record HealthReport(Instant checkedAt, List<MonitorReport> monitors, String refusal) {

  /** Copies the list. */
  public HealthReport {
    Objects.requireNonNull(checkedAt, "checkedAt");
    monitors = List.copyOf(monitors);
    Objects.requireNonNull(refusal, "refusal");
  }

  /** The worst status of the parts that count: all but the informational ones. */
  public Status status() {
    return worst(monitors.stream().filter(part -> part.kind() != HealthMonitor.Kind.INFORMATIONAL));
  }

  /**
   * The status of one group, up if nothing is in it: the worst of its parts; for start-up, down
   * until each has been up or degraded once; for readiness, down while the service refuses traffic.
   */
  public Status status(HealthGroup group) {
    return switch (group) {
      case LIVENESS -> worst(in(group));
      case READINESS -> refusal.isEmpty() ? worst(in(group)) : Status.DOWN;
      case STARTUP -> in(group).allMatch(it -> it.history().hasBeenUp()) ? Status.UP : Status.DOWN;
    };
  }

  /**
   * Whether a probe for this group is answered with success. Degraded passes; unknown passes for
   * liveness alone, for a restart mends nothing that nobody knows of.
   */
  public boolean passes(HealthGroup group) {
    Status status = status(group);
    return group == HealthGroup.LIVENESS
        ? status != Status.DOWN
        : status.compareTo(Status.DEGRADED) <= 0;
  }

  private Stream<MonitorReport> in(HealthGroup group) {
    return monitors.stream().filter(part -> part.groups().contains(group));
  }

  private static Status worst(Stream<MonitorReport> parts) {
    return parts.map(part -> part.health().status()).reduce(Status.UP, Status::worst);
  }

  /** The part of the monitor of that name, if there is one. */
  public Optional<MonitorReport> monitor(String name) {
    return monitors.stream().filter(part -> part.name().equals(name)).findFirst();
  }

  /**
   * As JSON in one line, in the shape of Spring Boot's Actuator: {@code status}, {@code checkedAt},
   * {@code probes} (the status of each group), and {@code components} by name, each with {@code
   * status} and {@code details}: {@code kind}, {@code cause}, {@code evidence} (text by name),
   * {@code mend}, {@code ageMs}, {@code durationMs}, {@code since}, {@code unsettled} and {@code
   * changes}. What is empty is left out. {@code DEGRADED} is a status of its own; a service that
   * refuses traffic has the readiness {@code OUT_OF_SERVICE}.
   */
  public String toJson() {
    return ReportJson.all(this, true);
  }

  /** The same without details: statuses only, fit for anybody's eyes. */
  public String toBriefJson() {
    return ReportJson.all(this, false);
  }

  /** The status of one group as JSON, with the statuses of the monitors in it. */
  public String toJson(HealthGroup group) {
    return ReportJson.of(this, group, in(group).toList());
  }

  /** A table for people: a head line, then one line for each monitor. */
  public String text() {
    int names = monitors.stream().mapToInt(part -> part.name().length()).max().orElse(1);
    var text = new StringBuilder("%s at %s".formatted(status(), checkedAt));
    if (!refusal.isEmpty()) {
      text.append(", refuses traffic: ").append(refusal);
    }
    for (MonitorReport part : monitors) {
      text.append(
          ("%n  %-" + names + "s  %-8s  %8s ago  %8s  %s")
              .formatted(
                  part.name(),
                  part.health().status(),
                  shown(part.age()),
                  shown(part.duration()),
                  remark(part)));
    }
    return text.toString();
  }

  private static String remark(MonitorReport part) {
    Health health = part.health();
    String figures = health.evidence().text();
    String unsettled = part.history().unsettled();
    String last = unsettled.isEmpty() ? "" : " [last found " + unsettled + "]";
    if (health.status() == Status.UP) {
      return figures + last;
    }
    return "%s (%s); %s%s".formatted(health.cause(), figures, health.mend(), last);
  }

  private static String shown(Duration duration) {
    long millis = duration.toMillis();
    return millis < 10_000
        ? millis + " ms"
        : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
  }
}
