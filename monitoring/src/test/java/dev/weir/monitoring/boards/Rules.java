package dev.weir.monitoring.boards;

import static dev.weir.monitoring.boards.Query.name;

import dev.weir.monitoring.telemetry.Metric;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Recording and alerting rules for Prometheus. */
final class Rules {

  private Rules() {}

  /**
   * An alert.
   *
   * @param lasting how long it must hold
   * @param says what is wrong
   * @param mend what to do
   */
  record Alert(
      String name, String expression, String lasting, String severity, String says, String mend) {}

  static List<Alert> alerts() {
    return List.of(
        new Alert(
            "WeirPoolRefusesCallers",
            "sum by (weir_lane, weir_reason) (rate(%s[5m])) > 0"
                .formatted(name(Metric.GATE_REJECTED)),
            "5m",
            "warning",
            "Lane {{ $labels.weir_lane }} turns callers away ({{ $labels.weir_reason }}).",
            "Return sessions sooner, or raise pool.max or the lane's limit."),
        new Alert(
            "WeirWaitsAreLong",
            "weir:wait_time_seconds:p99_5m > 0.5",
            "10m",
            "warning",
            "One caller in a hundred of lane {{ $labels.weir_lane }} waits longer than 0.5 s.",
            "Look for sessions that are held long, then at pool.max."),
        new Alert(
            "WeirOutcomeUnknown",
            "increase(%s[1h]) > 0".formatted(name(Metric.OUTCOME_UNKNOWN)),
            "0m",
            "warning",
            "Nobody can say whether a transaction was committed.",
            "Look in the tables; ask for Access.resolvable() where it matters."),
        new Alert(
            "WeirTasksStuck",
            "%s > 0".formatted(name(Metric.TASK_STUCK)),
            "5m",
            "warning",
            "Tasks of bulkhead {{ $labels.weir_bulkhead }} run longer than they should.",
            "See where they are: weir.tasks().stuck()."),
        new Alert(
            "WeirDeadLetters",
            "increase(%s[1h]) > 0".formatted(name(Metric.TASK_DEAD_LETTERS)),
            "0m",
            "warning",
            "Tasks named {{ $labels.weir_task_name }} failed for good.",
            "Mend the reason, then weir.tasks().deadLetters().requeue(...)."),
        new Alert(
            "WeirCircuitOpen",
            "%s == 2".formatted(name(Metric.BREAKER_STATE)),
            "5m",
            "warning",
            "Circuit {{ $labels.weir_circuit }} is open.",
            "What it guards fails; mend that."),
        new Alert(
            "WeirEventsDropped",
            "increase(%s[15m]) > 0".formatted(name(Metric.EVENTS_DROPPED)),
            "0m",
            "warning",
            "Subscribers were not given events of {{ $labels.weir_event }}.",
            "Give the subscriber a longer queue or more workers, or let it be quicker."),
        new Alert(
            "WeirMonitorDown",
            "%s == 0".formatted(name(Metric.HEALTH_STATUS)),
            "1m",
            "critical",
            "Monitor {{ $labels.weir_monitor }} says down.",
            "The health report says why and what to do."),
        new Alert(
            "WeirMonitorSilent",
            "%s > 120".formatted(name(Metric.HEALTH_CHECK_AGE)),
            "1m",
            "warning",
            "Monitor {{ $labels.weir_monitor }} has not ended a check for two minutes.",
            "Look for what it hangs at."));
  }

  static String yaml() {
    return """
        # Written from the table of metrics by BoardsTest: mvn -B -ntp test -pl monitoring -am \
        -Dtest=BoardsTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true
        groups:
          - name: weir
            rules:
        """
        + recordings()
        + alerts().stream().map(Rules::yaml).collect(Collectors.joining());
  }

  private static String recordings() {
    return Stream.of(Metric.values())
        .filter(it -> it.kind() == Metric.Kind.HISTOGRAM)
        .map(
            it ->
                "      - record: %s\n        expr: %s\n"
                    .formatted(recorded(it), Query.quantile(it, 0.99)))
        .collect(Collectors.joining());
  }

  static String recorded(Metric metric) {
    String id =
        metric.id().startsWith("weir.")
            ? metric.id().substring("weir.".length())
            : metric.id().replace("db.client.connection.", "").replace("db.client.", "");
    return "weir:" + Metric.prometheus(id).toLowerCase(Locale.ROOT) + "_seconds:p99_5m";
  }

  private static String yaml(Alert alert) {
    return """
              - alert: %s
                expr: %s
                for: %s
                labels:
                  severity: %s
                annotations:
                  summary: "%s"
                  description: "%s"
        """
        .formatted(
            alert.name, alert.expression, alert.lasting, alert.severity, alert.says, alert.mend);
  }
}
