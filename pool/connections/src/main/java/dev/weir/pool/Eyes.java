package dev.weir.pool;

import dev.weir.pool.admission.Admission;
import dev.weir.tasks.SystemTasks;
import java.util.List;
import java.util.concurrent.Future;

/**
 * What looks at a pool while it runs. Safe for use by many threads.
 *
 * @param figures its state
 * @param holders who has its connections
 * @param size how many there may be
 * @param adaptation how many would be better
 */
record Eyes(PoolFigures figures, HolderWatch holders, PoolSize size, Adaptation adaptation) {

  private static final long LOOK_MS = 250;

  /** How often it is looked at while what more and fewer callers yield is tried. */
  private static final long TRY_MS = 50;

  /** Opened, but not looking yet. */
  static Eyes on(ConnectionSettings settings, Nodes nodes, Admission admission, PoolParts parts) {
    var figures = new PoolFigures(settings, nodes, admission);
    var holders =
        new HolderWatch(nodes::borrowed, settings.watch(), parts.listener(), parts.system());
    var size = new PoolSize(settings, nodes, figures);
    var adaptation =
        new Adaptation(
            nodes.shared(),
            size,
            parts.watchdog().calls(),
            new Adaptation.Ears(parts.system().ticker(), parts.listener()::adjusted));
    return new Eyes(figures, holders, size, adaptation);
  }

  /** Each looks in its rhythm from now on, until what is returned is cancelled. */
  List<Future<?>> look(SystemTasks system) {
    return List.of(
        Look.every(LOOK_MS, system, figures::look),
        Look.every(LOOK_MS, system, holders::look),
        Look.every(adaptation.tries() ? TRY_MS : LOOK_MS, system, adaptation::look));
  }
}
