package dev.weir.tasks.event;

import dev.weir.tasks.event.Published.Outcome;
import dev.weir.tasks.event.Published.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Where a publisher waits to hear what became of its event with every subscriber. */
final class Receipts {

  private final List<Receipt> all;
  private final CountDownLatch open;

  Receipts(List<? extends Target> targets) {
    this.open = new CountDownLatch(targets.size());
    List<Receipt> fresh = new ArrayList<>(targets.size());
    for (Target target : targets) {
      fresh.add(new Receipt(target.name(), open));
    }
    this.all = fresh;
  }

  Receipt at(int index) {
    return all.get(index);
  }

  /** Waits at most so long, or until the thread is interrupted, whose flag stays set. */
  Published await(long nanos) {
    try {
      var _ = open.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return new Published(all.stream().map(Receipt::result).toList());
  }

  /** What one subscriber says; the first word counts. */
  static final class Receipt {

    private final String subscriber;
    private final CountDownLatch open;
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

    private Receipt(String subscriber, CountDownLatch open) {
      this.subscriber = subscriber;
      this.open = open;
    }

    void settle(Outcome said) {
      if (outcome.compareAndSet(null, said)) {
        open.countDown();
      }
    }

    private Result result() {
      Outcome said = outcome.get();
      return new Result(subscriber, said == null ? new Outcome.TimedOut() : said);
    }
  }
}
