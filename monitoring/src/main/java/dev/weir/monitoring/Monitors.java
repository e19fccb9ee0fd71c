package dev.weir.monitoring;

import dev.weir.config.HealthConfig;
import dev.weir.monitoring.HealthMonitor.Kind;
import dev.weir.monitoring.jvm.CarriersLook;
import dev.weir.monitoring.jvm.DeadlockLook;
import dev.weir.monitoring.jvm.MemoryLook;
import dev.weir.monitoring.jvm.PinnedLook;
import dev.weir.monitoring.server.RedisLook;
import dev.weir.monitoring.server.ReplicationLook;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.SystemTasks;
import java.util.ArrayList;
import java.util.List;

/** The monitors that come with Weir. Stateless. */
public final class Monitors {

  private Monitors() {}

  /**
   * New monitors for these: {@code database}, {@code replication}, {@code pool}, {@code redis} if
   * one is configured, {@code tasks}; {@code memory} and {@code threads}, which look at this
   * process alone and count for liveness; {@code carriers}, and {@code pinned} if {@code
   * health.pinned} is set, for information. The others are dependencies: in readiness only if
   * {@code health.readiness} names them. Neither {@code pool} nor {@code tasks} nor {@code memory}
   * is ever down, for busy is not down.
   *
   * <p>The check of {@code redis} opens the connection to a configured Redis if nobody has yet.
   */
  public static List<HealthMonitor> standard(
      UnifiedConnectionManager connections,
      BackgroundTaskManager tasks,
      SystemTasks system,
      HealthConfig config) {
    var all = new ArrayList<HealthMonitor>();
    all.add(new DatabaseMonitor(connections));
    all.add(new LookingMonitor("replication", Kind.DEPENDENCY, new ReplicationLook(connections)));
    all.add(new PoolMonitor(connections::snapshot));
    if (connections.redis().isConfigured()) {
      all.add(new LookingMonitor("redis", Kind.DEPENDENCY, new RedisLook(connections.redis())));
    }
    all.add(new TasksMonitor(tasks));
    all.add(new LookingMonitor("memory", Kind.LIVENESS, new MemoryLook()));
    all.add(new LookingMonitor("threads", Kind.LIVENESS, new DeadlockLook()));
    all.add(new LookingMonitor("carriers", Kind.INFORMATIONAL, new CarriersLook(system)));
    if (config.pinned()) {
      all.add(new LookingMonitor("pinned", Kind.INFORMATIONAL, new PinnedLook(system)));
    }
    return List.copyOf(all);
  }
}
