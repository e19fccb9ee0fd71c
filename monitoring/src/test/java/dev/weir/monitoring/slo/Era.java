package dev.weir.monitoring.slo;

import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.List;

/** Objectives by a clock that stands still until it is told to go on. */
final class Era {

  static final Slo CHECKOUT =
      Slo.errors("checkout-works", Subject.operation("checkout")).target(0.999);

  final SettableTime time = SettableTime.create();
  final Slos slos;
  private final Operation operation;

  Era(Slo slo) {
    slos = Slos.of(List.of(slo), time, time::nanos);
    operation = slos.operation(slo.subject().name());
  }

  /** As many calls of each kind in every second, for so long; a tick every five. */
  Era pass(Duration how, int good, int bad) {
    return pass(how, good, bad, Duration.ofMillis(10));
  }

  Era pass(Duration how, int good, int bad, Duration took) {
    for (long second = 0; second < how.toSeconds(); second += 5) {
      for (int i = 0; i < 5 * good; i++) {
        operation.record(took, true);
      }
      for (int i = 0; i < 5 * bad; i++) {
        operation.record(took, false);
      }
      time.advance(Slos.TICK);
      slos.tick();
    }
    return this;
  }

  Era one(boolean ok) {
    operation.record(1_000_000, ok);
    return this;
  }

  SloReport report() {
    return slos.reports().getFirst();
  }

  boolean fires(String rule) {
    return report().burns().stream().anyMatch(it -> it.firing() && it.rule().name().equals(rule));
  }

  /** Goes on in steps of five seconds until the rule fires. */
  Duration untilFires(String rule, int good, int bad, Duration atMost) {
    for (Duration passed = Duration.ZERO;
        passed.compareTo(atMost) < 0;
        passed = passed.plus(Slos.TICK)) {
      if (fires(rule)) {
        return passed;
      }
      pass(Slos.TICK, good, bad);
    }
    throw new AssertionError(rule + " does not fire: " + report());
  }
}
