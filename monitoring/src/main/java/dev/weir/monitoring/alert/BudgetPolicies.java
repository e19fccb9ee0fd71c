package dev.weir.monitoring.alert;

import dev.weir.monitoring.slo.Burn;
import dev.weir.monitoring.slo.BurnRule;
import dev.weir.monitoring.slo.Slo;
import dev.weir.monitoring.slo.SloReport;
import dev.weir.monitoring.slo.Slos;
import dev.weir.monitoring.slo.Subject;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Carries out budget policies: looks every five seconds, acts while a budget burns, undoes it when
 * that is over, and when this is closed.
 *
 * <p>Each step is logged and kept among the last 256, with who, when, why, and when it was undone.
 * A schedule that somebody else has paused is left alone. Safe for use by many threads.
 */
public final class BudgetPolicies implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Set<String> NEVER_SHED = Set.of("admin");

  private final Slos slos;
  private final Audit audit;
  private final List<Standing> standing;
  private final AtomicReference<@Nullable ScheduleHandle> looking = new AtomicReference<>();

  private BudgetPolicies(
      List<BudgetPolicy> policies,
      Slos slos,
      UnifiedConnectionManager connections,
      BackgroundTaskManager tasks,
      AlertClock clock) {
    this.slos = slos;
    this.audit = new Audit(clock);
    this.standing =
        policies.stream()
            .map(policy -> new Standing(policy, new Levers(connections, tasks), audit, clock))
            .toList();
  }

  /**
   * Carries these out from now on.
   *
   * @throws IllegalArgumentException naming every objective and lane that is not known, every lane
   *     that must not be shed (the protected one, and {@code admin}), and every schedule that two
   *     policies want
   */
  public static BudgetPolicies open(
      List<BudgetPolicy> policies,
      Slos slos,
      UnifiedConnectionManager connections,
      BackgroundTaskManager tasks,
      SystemTasks system) {
    BudgetPolicies all = of(policies, slos, connections, tasks, AlertClock.SYSTEM);
    if (!policies.isEmpty()) {
      all.looking.set(system.every("budget policies", INTERVAL, all::look));
    }
    return all;
  }

  static BudgetPolicies of(
      List<BudgetPolicy> policies,
      Slos slos,
      UnifiedConnectionManager connections,
      BackgroundTaskManager tasks,
      AlertClock clock) {
    var lanes = new HashSet<String>();
    connections.snapshot().gate().lanes().forEach(lane -> lanes.add(lane.name()));
    List<String> problems = problems(policies, slos, lanes);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Budget policies: " + String.join("; ", problems) + ".");
    }
    return new BudgetPolicies(policies, slos, connections, tasks, clock);
  }

  private static List<String> problems(List<BudgetPolicy> policies, Slos slos, Set<String> lanes) {
    var problems = new ArrayList<String>();
    var schedules = new HashSet<String>();
    for (BudgetPolicy policy : policies) {
      Optional<Slo> slo =
          slos.all().stream().filter(it -> it.name().equals(policy.slo())).findFirst();
      if (slo.isEmpty()) {
        problems.add("no SLO is called '%s'".formatted(policy.slo()));
      }
      for (String lane : policy.lanes()) {
        boolean own = slo.isPresent() && Objects.equals(slo.get().subject(), Subject.lane(lane));
        if (!lanes.contains(lane)) {
          problems.add("no lane is called '%s'".formatted(lane));
        } else if (own || NEVER_SHED.contains(lane)) {
          problems.add("lane '%s' must not be shed to protect '%s'".formatted(lane, policy.slo()));
        }
      }
      for (String schedule : policy.schedules()) {
        if (!schedules.add(schedule)) {
          problems.add("schedule '%s' is paused by two policies".formatted(schedule));
        }
      }
    }
    return problems;
  }

  /** Looks once, and does or undoes what is due. */
  void look() {
    for (Standing policy : standing) {
      slos.report(policy.slo()).ifPresent(report -> policy.see(burning(report), report));
    }
  }

  private static Optional<Burn> burning(SloReport report) {
    return report.burns().stream()
        .filter(burn -> burn.firing() && burn.rule().equals(BurnRule.FAST))
        .findFirst();
  }

  /** The last 256 steps, the oldest first. */
  public List<Measure> audit() {
    return audit.all();
  }

  /** The steps that hold now. */
  public List<Measure> inForce() {
    return standing.stream().flatMap(policy -> policy.inForce().stream()).toList();
  }

  /** Undoes all that holds, and looks no more. Closing twice is harmless. */
  @Override
  public void close() {
    ScheduleHandle mine = looking.getAndSet(null);
    if (mine != null) {
      mine.cancel();
    }
    standing.forEach(Standing::end);
  }
}
