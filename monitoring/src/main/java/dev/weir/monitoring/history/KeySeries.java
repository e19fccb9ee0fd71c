package dev.weir.monitoring.history;

import dev.weir.gate.LaneSnapshot;
import dev.weir.monitoring.slo.SloReport;
import dev.weir.monitoring.slo.Slos;
import dev.weir.pool.PoolSnapshot;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.TasksSnapshot;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The series that come with Weir: {@code pool.used}, {@code pool.queued}, {@code tasks.running},
 * {@code tasks.queued}; for each lane {@code lane.<name>.in-use}, {@code .queued}, {@code
 * .admitted-per-minute} and {@code .refused-per-minute}; for each objective {@code
 * slo.<name>.burn}, the rate over an hour. Asked by one thread at a time.
 */
public final class KeySeries implements HistorySource {

  private final Supplier<PoolSnapshot> pool;
  private final Supplier<TasksSnapshot> tasks;
  private final Supplier<List<SloReport>> slos;
  private final Map<String, Long> before = new HashMap<>();

  KeySeries(
      Supplier<PoolSnapshot> pool, Supplier<TasksSnapshot> tasks, Supplier<List<SloReport>> slos) {
    this.pool = pool;
    this.tasks = tasks;
    this.slos = slos;
  }

  /** Those of these. */
  public static KeySeries of(
      UnifiedConnectionManager connections, BackgroundTaskManager tasks, Slos slos) {
    return new KeySeries(connections::snapshot, tasks::snapshot, slos::reports);
  }

  @Override
  public Map<String, Double> read() {
    var all = new LinkedHashMap<String, Double>();
    PoolSnapshot now = pool.get();
    all.put("pool.used", (double) now.used());
    all.put("pool.queued", (double) now.gate().queued());
    now.gate().lanes().forEach(lane -> read(lane, all));
    all.put("tasks.running", (double) tasks.get().running());
    all.put("tasks.queued", (double) tasks.get().queued());
    for (SloReport report : slos.get()) {
      if (!report.burns().isEmpty()) {
        all.put("slo.%s.burn".formatted(report.slo().name()), report.burns().getFirst().longRate());
      }
    }
    return all;
  }

  private void read(LaneSnapshot lane, Map<String, Double> all) {
    String prefix = "lane." + lane.name();
    all.put(prefix + ".in-use", (double) lane.inUse());
    all.put(prefix + ".queued", (double) lane.queued());
    rate(prefix + ".admitted-per-minute", lane.admitted(), all);
    rate(prefix + ".refused-per-minute", lane.rejected(), all);
  }

  /** The first reading of a counter says nothing of a minute. */
  private void rate(String name, long now, Map<String, Double> all) {
    Long then = before.put(name, now);
    if (then != null) {
      all.put(name, (double) (now - then));
    }
  }
}
