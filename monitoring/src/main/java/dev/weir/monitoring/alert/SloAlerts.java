package dev.weir.monitoring.alert;

import dev.weir.monitoring.Evidence;
import dev.weir.monitoring.slo.Burn;
import dev.weir.monitoring.slo.Slo;
import dev.weir.monitoring.slo.SloReport;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What burn rules say, as findings. */
record SloAlerts(Supplier<List<SloReport>> reports) implements AlertSource {

  @Override
  public List<Finding> look() {
    return reports.get().stream()
        .flatMap(report -> report.burns().stream().map(burn -> finding(report, burn)))
        .toList();
  }

  private static Finding finding(SloReport report, Burn burn) {
    Slo slo = report.slo();
    return new Finding(
        "slo %s %s".formatted(slo.name(), burn.rule().name()),
        burn.rule().severity(),
        burn.firing(),
        cause(slo, burn),
        Evidence.of("failures", burn.failures())
            .and("calls", burn.calls())
            .and("short window", times(burn.shortRate()))
            .and("budget left", String.format(Locale.ROOT, "%.1f %%", 100 * report.budgetLeft())),
        mend(slo));
  }

  static String cause(Slo slo, Burn burn) {
    return "the budget of SLO '%s' (%s) burns %s as fast as it may over %d h"
        .formatted(
            slo.name(),
            slo.objective(),
            times(burn.longRate()),
            burn.rule().longWindow().toHours());
  }

  private static String times(double rate) {
    return String.format(Locale.ROOT, "%.1f times", rate);
  }

  private static String mend(Slo slo) {
    return slo.isAboutLatency()
        ? "see what makes " + slo.subject().text() + " slow, or shed load beside them"
        : "see why " + slo.subject().text() + " fail, or undo the last change";
  }
}
