package dev.weir.tasks;

import dev.weir.gate.Lane;
import dev.weir.gate.Waiter;
import org.jspecify.annotations.Nullable;

/** The half of a task that needs a permit: its own, or one that is lent by a task that waits. */
abstract class BoundedTask extends Waiter {

  final Task task;
  final Engine engine;
  final @Nullable Lane lane;

  /** Who lends it the permit it runs on; null if that is its own. Written before it starts. */
  private @Nullable TaskWait lender;

  BoundedTask(Engine engine, Task task, @Nullable Lane lane) {
    this.engine = engine;
    this.task = task;
    this.lane = lane;
  }

  /** Once, whoever's it was. */
  final void releasePermit() {
    TaskWait from = lender;
    if (lane != null && (from == null || !from.takeBack())) {
      lane.release();
    }
  }

  /** Leaves the queue and begins on a permit that is lent; false if it does not stand there. */
  final boolean borrow(TaskWait from) {
    if (lane == null || !lane.cancel(this)) {
      return false;
    }
    lender = from;
    admitted();
    return true;
  }

  /** Takes a permit of its own, beyond the limit: its lender goes on while it is under way. */
  final void overdraw() {
    if (lane != null) {
      lane.overdraw();
    }
  }

  /** Whether a permit that this one holds is as good as one of the other's own. */
  final boolean sharesPermitsWith(BoundedTask other) {
    return lane != null
        && engine.equals(other.engine)
        && task.bulkhead().equals(other.task.bulkhead());
  }

  final boolean isCpuBound() {
    return lane != null && task.bulkhead().orElse("").equals(Task.CPU);
  }
}
