package dev.weir;

import dev.weir.gate.LaneSnapshot;
import dev.weir.pool.PoolSnapshot;
import dev.weir.tasks.TaskInfo;
import java.util.Set;
import java.util.stream.Collectors;

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
          "globalEventExecutor");

  private Description() {}

  static String of(Floors floors) {
    PoolSnapshot pool = floors.connections().snapshot();
    return String.join(
        "\n",
        "Connections",
        "  " + pool.line(),
        lanes(pool),
        "  " + pool.statements().line(),
        lost(floors) + "Redis",
        "  " + redis(floors),
        "Tasks",
        tasks(floors),
        "Health",
        floors.health().report().text().indent(2).stripTrailing(),
        "Platform threads of Weir and its libraries in this JVM",
        threads(),
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

  private static String tasks(Floors floors) {
    String running =
        floors.tasks().tasks().stream()
            .limit(20)
            .map(TaskInfo::toString)
            .collect(Collectors.joining("\n  "));
    return "  " + floors.tasks().snapshot() + (running.isEmpty() ? "" : "\n  " + running);
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
