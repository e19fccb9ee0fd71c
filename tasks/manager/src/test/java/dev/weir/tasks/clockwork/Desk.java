package dev.weir.tasks.clockwork;

import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.LaneSettings;
import dev.weir.tasks.work.Started;
import dev.weir.tasks.work.Starter;
import dev.weir.tasks.work.Work;
import dev.weir.tasks.work.Work.End;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes work in and lets a test say when it ends. */
final class Desk implements Starter {

  final List<Order> going = new ArrayList<>();
  private boolean full;
  private boolean closed;

  /** Work that was taken in. */
  final class Order implements Started {
    private final Work work;
    boolean cancelled;

    Order(Work work) {
      this.work = work;
    }

    void succeed() throws Exception {
      work.call();
      end(End.SUCCEEDED, null);
    }

    void fail(Throwable failure) {
      end(End.FAILED, failure);
    }

    void stop() {
      end(End.CANCELLED, null);
    }

    private void end(End end, @Nullable Throwable failure) {
      going.remove(this);
      work.ended(end, failure);
    }

    @Override
    public boolean drop(String why) {
      return false;
    }

    @Override
    public void cancel(String why, boolean interrupt) {
      cancelled = true;
    }
  }

  @Override
  public void start(Work work) {
    if (full || closed) {
      refuse();
    }
    var order = new Order(work);
    going.add(order);
    work.accepted(order);
  }

  private void refuse() {
    Gate gate = Gate.open("desk", 1, List.of(LaneSettings.named("only").queueBound(0)));
    var lane = gate.lane("only");
    lane.acquire(Deadline.NONE);
    if (closed) {
      gate.close();
    }
    lane.acquire(Deadline.NONE);
  }

  void full(boolean now) {
    full = now;
  }

  void close() {
    closed = true;
  }

  Order only() {
    if (going.size() != 1) {
      throw new AssertionError("Not one but " + going.size() + " runs are going on");
    }
    return going.getFirst();
  }
}
