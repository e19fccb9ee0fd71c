package dev.weir.monitoring.alert;

import dev.weir.monitoring.slo.Burn;
import dev.weir.monitoring.slo.SloReport;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** One policy, and what it has done that is not undone. Safe for use by many threads. */
final class Standing {

  private record Done(Measure measure, Runnable undo) {}

  private final BudgetPolicy policy;
  private final Levers levers;
  private final Audit audit;
  private final AlertClock clock;
  private final List<Done> inForce = new ArrayList<>();

  /** Paused once in this fire: who resumes one by hand is not contradicted. */
  private final Set<ScheduleHandle> touched = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Set<String> shed = new HashSet<>();

  private boolean ended;
  private long lastBurning;

  Standing(BudgetPolicy policy, Levers levers, Audit audit, AlertClock clock) {
    this.policy = policy;
    this.levers = levers;
    this.audit = audit;
    this.clock = clock;
  }

  private String who() {
    return "policy for SLO '%s'".formatted(policy.slo());
  }

  /** The name of its objective. */
  String slo() {
    return policy.slo();
  }

  synchronized void see(Optional<Burn> burning, SloReport report) {
    if (ended) {
      return;
    }
    if (burning.isPresent()) {
      lastBurning = clock.nanos();
      act(why(burning.get(), report));
    } else if (!inForce.isEmpty() && clock.nanos() - lastBurning >= policy.calm().toNanos()) {
      undo(
          String.format(
              Locale.ROOT, "because it has not burnt so fast for %d s", policy.calm().toSeconds()));
    }
  }

  private static String why(Burn burn, SloReport report) {
    return String.format(
        Locale.ROOT,
        "%s, %.1f %% of it left",
        SloAlerts.cause(report.slo(), burn),
        100 * report.budgetLeft());
  }

  private void act(String why) {
    policy.lanes().stream().filter(lane -> !shed.contains(lane)).forEach(lane -> shed(lane, why));
    for (String schedule : policy.schedules()) {
      for (ScheduleHandle handle : levers.running(schedule)) {
        if (touched.add(handle)) {
          note(levers.pause(handle), why);
        }
      }
    }
  }

  private void shed(String lane, String why) {
    try {
      note(levers.shed(lane, why), why);
      shed.add(lane);
    } catch (RuntimeException failure) {
      Audit.failed(who(), "shed lane '" + lane + "'", failure);
    }
  }

  private void note(Levers.Pulled pulled, String why) {
    inForce.add(new Done(audit.done(who(), pulled.what(), why), pulled.undo()));
  }

  private void undo(String why) {
    for (Done done : List.copyOf(inForce).reversed()) {
      try {
        done.undo.run();
        audit.undone(done.measure, why);
        inForce.remove(done);
      } catch (RuntimeException failure) {
        Audit.failed(who(), "undo: " + done.measure.what(), failure);
      }
    }
    if (inForce.isEmpty()) {
      touched.clear();
      shed.clear();
    }
  }

  /** What it has done that still holds, the oldest first. */
  synchronized List<Measure> inForce() {
    return inForce.stream().map(Done::measure).toList();
  }

  synchronized void end() {
    ended = true;
    undo("because the policies were closed");
  }
}
