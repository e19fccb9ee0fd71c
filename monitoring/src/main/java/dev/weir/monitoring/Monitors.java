package dev.weir.monitoring;

import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import java.util.ArrayList;
import java.util.List;

/** The monitors that come with Weir. Stateless. */
public final class Monitors {

  private Monitors() {}

  /**
   * New monitors for these: {@code database}, {@code pool}, {@code redis} if one is configured,
   * {@code tasks} and {@code memory}. Each counts for readiness but {@code memory}, which looks at
   * this process alone and counts for liveness; neither it nor {@code pool} nor {@code tasks} is
   * ever down, for busy is not down.
   *
   * <p>The check of {@code redis} opens the connection to a configured Redis if nobody has yet.
   */
  public static List<HealthMonitor> standard(
      UnifiedConnectionManager connections, BackgroundTaskManager tasks) {
    var all = new ArrayList<HealthMonitor>();
    all.add(new DatabaseMonitor(connections));
    all.add(new PoolMonitor(connections::snapshot));
    if (connections.redis().isConfigured()) {
      all.add(new RedisMonitor(connections.redis()));
    }
    all.add(new TasksMonitor(tasks::snapshot));
    all.add(new MemoryMonitor(MemoryMonitor.Memory::ofThisProcess));
    return List.copyOf(all);
  }
}
