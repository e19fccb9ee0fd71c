package dev.weir.monitoring.alert;

import dev.weir.gate.LanePause;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.util.List;

/** What a policy can do to the floors below, and how it is undone. */
record Levers(UnifiedConnectionManager connections, BackgroundTaskManager tasks) {

  /**
   * Something done.
   *
   * @param what in words
   * @param undo undoes it
   */
  record Pulled(String what, Runnable undo) {}

  Pulled shed(String lane, String why) {
    LanePause pause = connections.pauseLane(lane, why);
    return new Pulled("shed lane '%s'".formatted(lane), pause::close);
  }

  /** The schedules of that name that run. */
  List<ScheduleHandle> running(String name) {
    return tasks.schedules().stream()
        .filter(it -> it.name().equals(name) && !it.isPaused())
        .toList();
  }

  Pulled pause(ScheduleHandle schedule) {
    schedule.pause();
    return new Pulled("paused schedule '%s'".formatted(schedule.name()), schedule::resume);
  }
}
