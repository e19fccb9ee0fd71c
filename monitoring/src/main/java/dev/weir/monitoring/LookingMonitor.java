package dev.weir.monitoring;

import dev.weir.monitoring.finding.Finding.Severity;
import dev.weir.monitoring.finding.Findings;
import dev.weir.monitoring.finding.Look;
import java.util.Optional;

/** Tells as health what a look has found; ends with the look, if that has an end. */
record LookingMonitor(String name, Kind kind, Look look) implements HealthMonitor, AutoCloseable {

  @Override
  public Health check() throws Exception {
    Findings found = look.look();
    Evidence evidence = new Evidence(found.figures());
    Optional<Severity> worst = found.worst();
    if (worst.isEmpty()) {
      return new Health.Up(name, evidence);
    }
    return switch (worst.get()) {
      case POOR -> new Health.Degraded(name, found.cause(), evidence, found.mend());
      case UNCLEAR -> new Health.Unknown(name, found.cause(), evidence, found.mend());
      case BROKEN -> new Health.Down(name, found.cause(), evidence, found.mend());
    };
  }

  @Override
  public void close() {
    look.close();
  }
}
