package dev.weir.monitoring.alert;

import dev.weir.monitoring.Health;
import dev.weir.monitoring.HealthMonitor;
import dev.weir.monitoring.HealthReport;
import dev.weir.monitoring.MonitorReport;
import dev.weir.monitoring.slo.Severity;
import java.util.List;
import java.util.function.Supplier;

/** What monitors say, as findings. */
record HealthAlerts(Supplier<HealthReport> report) implements AlertSource {

  @Override
  public List<Finding> look() {
    return report.get().monitors().stream().map(HealthAlerts::finding).toList();
  }

  private static Finding finding(MonitorReport monitor) {
    Health health = monitor.health();
    boolean counts = monitor.kind() != HealthMonitor.Kind.INFORMATIONAL;
    boolean page = counts && health.status() == Health.Status.DOWN;
    return new Finding(
        "health " + monitor.name(),
        page ? Severity.PAGE : Severity.TICKET,
        health.status() != Health.Status.UP,
        "%s is %s: %s".formatted(monitor.name(), health.status(), health.cause()),
        health.evidence(),
        health.mend());
  }
}
