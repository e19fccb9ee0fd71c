package dev.weir.monitoring;

import dev.weir.monitoring.telemetry.Ledger;
import dev.weir.monitoring.telemetry.Metric;
import dev.weir.monitoring.telemetry.Readout;
import dev.weir.monitoring.trace.SpanStep;
import io.opentelemetry.api.common.Attributes;
import java.time.Duration;
import java.util.Locale;

/** How long checks take, by what they find. */
record CheckTimes(Ledger ledger) implements CheckListener {

  @Override
  public void checked(String monitor, Health finding, Duration took) {
    String found = finding.status().name().toLowerCase(Locale.ROOT);
    ledger
        .of(
            Metric.HEALTH_CHECK_DURATION,
            Attributes.of(Readout.MONITOR, monitor, SpanStep.OUTCOME, found))
        .record(took.toNanos());
  }
}
