package dev.weir.tasks.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.event.Fixture.Placed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Many publishers, subscribers that come and go: each event once, in order, or counted. */
class EventStressTest {

  private static final int PUBLISHERS = 4;
  private static final int EACH = Integer.getInteger("weir.events", 5_000);

  private final SystemTasks system = SystemTasks.open();
  private final EventBus events =
      EventBus.open(EventSettings.defaults(), system, EventSeams.none());

  /** Whoever publishes is the customer, so the numbers of a customer must come in order. */
  private void publishAll() throws InterruptedException {
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < PUBLISHERS; i++) {
      String name = "publisher-" + i;
      Thread.Builder kind = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      publishers.add(
          kind.start(
              () -> {
                for (int number = 1; number <= EACH; number++) {
                  events.publish(new Placed(name, number));
                }
              }));
    }
    for (Thread publisher : publishers) {
      publisher.join();
    }
  }

  /** What one subscriber saw, and whether it was ever wrong. */
  private static final class Witness implements Subscriber<Placed> {
    final LongAdder count = new LongAdder();
    final AtomicInteger disorder = new AtomicInteger();
    final ConcurrentHashMap<String, int[]> last = new ConcurrentHashMap<>();
    final ConcurrentHashMap<String, AtomicBoolean> busy = new ConcurrentHashMap<>();

    @Override
    public void on(Placed event) {
      AtomicBoolean mine = busy.computeIfAbsent(event.customer(), _ -> new AtomicBoolean());
      if (!mine.compareAndSet(false, true)) {
        disorder.incrementAndGet();
      }
      int[] before = last.computeIfAbsent(event.customer(), _ -> new int[1]);
      if (event.number() <= before[0]) {
        disorder.incrementAndGet();
      }
      before[0] = event.number();
      count.increment();
      mine.set(false);
    }
  }

  private void assertAllAccountedFor(UnaryOperator<Delivery.Async<Object>> kind, boolean keyed)
      throws InterruptedException {
    var witness = new Witness();
    Delivery.Async<Object> how = kind.apply(Delivery.async("witness").queue(100));
    Subscription one =
        keyed
            ? events.subscribe(how.inOrderOf(Placed::customer), Placed.class, witness)
            : events.subscribe(how, Placed.class, witness);
    try {
      publishAll();
      EventsReport report = events.close(Duration.ofMinutes(1));
      assertThat(report.isClean()).isTrue();
      SubscriptionSnapshot figures = one.snapshot();
      assertThat(figures.offered()).isEqualTo((long) PUBLISHERS * EACH);
      assertThat(figures.delivered()).isEqualTo(witness.count.sum());
      assertThat(witness.count.sum() + figures.lost()).isEqualTo((long) PUBLISHERS * EACH);
      assertThat(witness.disorder).hasValue(0);
    } finally {
      system.close();
    }
  }

  @Test
  void in_order_with_waiting_publishers_nothing_is_lost() throws InterruptedException {
    assertAllAccountedFor(it -> it.overflow(Overflow.waitAtMost(Duration.ofMinutes(1))), false);
  }

  @Test
  void in_order_dropping_the_newest() throws InterruptedException {
    assertAllAccountedFor(it -> it, false);
  }

  @Test
  void in_order_dropping_the_oldest() throws InterruptedException {
    assertAllAccountedFor(it -> it.overflow(Overflow.dropOldest()), false);
  }

  @Test
  void by_key_with_waiting_publishers_nothing_is_lost() throws InterruptedException {
    assertAllAccountedFor(
        it -> it.concurrent(3, 3).overflow(Overflow.waitAtMost(Duration.ofMinutes(1))), true);
  }

  @Test
  void by_key_dropping_the_oldest() throws InterruptedException {
    assertAllAccountedFor(it -> it.concurrent(3, 3).overflow(Overflow.dropOldest()), true);
  }

  @Test
  void of_subscribers_that_come_and_go_the_figures_add_up() throws InterruptedException {
    var over = new AtomicBoolean();
    var seen = new LongAdder();
    List<Subscription> gone = new ArrayList<>();
    Thread changes =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    Subscription sync =
                        events.subscribe(Delivery.sync("s"), Placed.class, _ -> seen.increment());
                    Subscription async = events.subscribe("a", Record.class, _ -> seen.increment());
                    async.close();
                    sync.close();
                    gone.add(sync);
                    gone.add(async);
                  }
                });
    try {
      publishAll();
      over.set(true);
      changes.join();
      Fixture.until(
          "the last threads' end",
          () -> gone.stream().allMatch(it -> it.snapshot().workers() == 0));
      long delivered = gone.stream().mapToLong(it -> it.snapshot().delivered()).sum();
      assertThat(delivered).isEqualTo(seen.sum());
      assertThat(events.snapshot().published()).isEqualTo((long) PUBLISHERS * EACH);
    } finally {
      events.close();
      system.close();
    }
  }
}
