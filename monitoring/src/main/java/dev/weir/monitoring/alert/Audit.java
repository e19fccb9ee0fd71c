package dev.weir.monitoring.alert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last 256 steps of all policies. Safe for use by many threads. */
final class Audit {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring.policy");
  private static final int REMEMBERED = 256;

  private final AlertClock clock;
  private final List<Measure> measures = new ArrayList<>();

  Audit(AlertClock clock) {
    this.clock = clock;
  }

  Measure done(String who, String what, String why) {
    var measure = new Measure(clock.instant(), who, what, why, Optional.empty(), "");
    LOG.warn("{}", measure.line());
    synchronized (measures) {
      if (measures.size() == REMEMBERED) {
        measures.removeFirst();
      }
      measures.add(measure);
    }
    return measure;
  }

  void undone(Measure measure, String why) {
    var over =
        new Measure(
            measure.at(),
            measure.who(),
            measure.what(),
            measure.why(),
            Optional.of(clock.instant()),
            why);
    LOG.info("{}", over.line());
    synchronized (measures) {
      int place = measures.indexOf(measure);
      if (place >= 0) {
        measures.set(place, over);
      }
    }
  }

  static void failed(String who, String what, RuntimeException failure) {
    LOG.warn("{} could not {}.", who, what, failure);
  }

  List<Measure> all() {
    synchronized (measures) {
      return List.copyOf(measures);
    }
  }
}
