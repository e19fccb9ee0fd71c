package dev.weir;

import dev.weir.config.ChangedSetting;
import dev.weir.config.WeirConfig;
import dev.weir.gate.LaneSnapshot;
import dev.weir.monitoring.alert.AlertReport;
import dev.weir.monitoring.alert.Measure;
import dev.weir.monitoring.slo.SloReport;
import dev.weir.pool.Adjustment;
import dev.weir.pool.PoolSnapshot;
import dev.weir.tasks.TaskInfo;
import dev.weir.tasks.event.EventsSnapshot;
import dev.weir.tasks.event.SubscriptionSnapshot;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The status report for people. */
final class Description {

  /** How the threads begin that libraries start for us, and what they are for. */
  private static final Set<String> LIBRARY_THREADS =
      Set.of(
          "weir-redis",
          "weir-timer",
          "weir-watchdog",
          "lettuce",
          "PostgreSQL",
          "globalEventExecutor",
          "HTTP-Dispatcher",
          "idle-timeout-task",
          "JFR ");

  private static final int MOST = 20;

  private Description() {}

  static String of(Floors floors) {
    PoolSnapshot pool = floors.connections().snapshot();
    return String.join(
        "\n",
        "Connections",
        "  " + pool.line(),
        lanes(pool),
        "  " + pool.statements().line(),
        lines(floors.connections().advice().stream().map(Adjustment::toString)),
        lost(floors) + "Redis",
        "  " + redis(floors),
        "Tasks",
        tasks(floors),
        "Schedules",
        schedules(floors),
        "Events",
        "  " + events(floors.events().snapshot()),
        "Health",
        floors.health().report().text().indent(2).stripTrailing() + endpoint(floors),
        "Objectives",
        lines(floors.oversight().slos().reports().stream().map(SloReport::line)),
        "Alerts",
        lines(floors.oversight().alerts().current().stream().map(AlertReport::line)),
        "Policies in force",
        lines(floors.oversight().policies().inForce().stream().map(Measure::line)),
        "Unusual now",
        lines(floors.oversight().history().unusual().stream()),
        "Platform threads of Weir and its libraries in this JVM",
        threads(),
        "Settings that are not the profile's default",
        changed(floors.config()),
        "Settings",
        floors.config().describe().indent(2).stripTrailing(),
        "");
  }

  private static String lanes(PoolSnapshot pool) {
    return pool.gate().lanes().stream().map(Description::lane).collect(Collectors.joining("\n"));
  }

  private static String lane(LaneSnapshot lane) {
    return "  lane %-12s %d in use, %d waiting, %d reserved, %d admitted (%d after a wait), %d refused"
        .formatted(
            lane.name(),
            lane.inUse(),
            lane.queued(),
            lane.reserved(),
            lane.admitted(),
            lane.waited(),
            lane.rejected());
  }

  private static String lost(Floors floors) {
    return floors.ownPool()
        ? ""
        : "  on the service's own data source: postgres.* and pool.min are not in force, idle"
            + " sockets are not known, read-only holds as far as its driver keeps it\n";
  }

  private static String redis(Floors floors) {
    var redis = floors.connections().redis();
    return redis.target() + (redis.isOpen() ? ", open" : ", not opened");
  }

  private static String endpoint(Floors floors) {
    return floors.endpoint() == null ? "" : "\n  served at " + floors.endpoint().uri();
  }

  private static String tasks(Floors floors) {
    String running =
        floors.tasks().tasks().stream()
            .limit(MOST)
            .map(TaskInfo::toString)
            .collect(Collectors.joining("\n  "));
    return "  " + floors.tasks().snapshot() + (running.isEmpty() ? "" : "\n  " + running);
  }

  private static String schedules(Floors floors) {
    return lines(floors.tasks().schedules().stream().limit(MOST).map(Description::schedule));
  }

  private static String schedule(ScheduleHandle it) {
    String next =
        it.isPaused() ? "paused" : it.next().map(when -> "next at " + when).orElse("none is due");
    String last =
        it.last().map(run -> ", last %s at %s".formatted(run.ending(), run.began())).orElse("");
    return "%s: %s, %d runs, %d failed, %d left out%s"
        .formatted(it.name(), next, it.runs(), it.failures(), it.skipped(), last);
  }

  private static String changed(WeirConfig config) {
    return lines(
        WeirConfig.defaults(config.profile()).changesTo(config).stream()
            .map(ChangedSetting::toString));
  }

  /** Each a line of a section, which says so if it is empty. */
  private static String lines(Stream<String> all) {
    String text = all.map(line -> "  " + line).collect(Collectors.joining("\n"));
    return text.isEmpty() ? "  none" : text;
  }

  private static String events(EventsSnapshot events) {
    String subscribers =
        events.subscriptions().stream()
            .map(Description::subscriber)
            .collect(Collectors.joining("\n  "));
    return events.published()
        + " published, "
        + events.unheard()
        + " unheard"
        + (subscribers.isEmpty() ? "" : "\n  " + subscribers);
  }

  private static String subscriber(SubscriptionSnapshot it) {
    return "subscriber %-12s %d offered, %d delivered, %d failed, %d waiting, dropped %s"
        .formatted(it.name(), it.offered(), it.delivered(), it.failed(), it.queued(), it.dropped());
  }

  private static String threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> LIBRARY_THREADS.stream().anyMatch(name::startsWith))
        .sorted()
        .map(name -> "  " + name)
        .collect(Collectors.joining("\n"));
  }
}
