package dev.weir.tasks.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.event.Fixture.Happening;
import dev.weir.tasks.event.Fixture.Paid;
import dev.weir.tasks.event.Fixture.Placed;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventBusTest {

  private final Fixture fixture = new Fixture(EventSettings.defaults().history(3));
  private final EventBus events = fixture.events;
  private final List<String> heard = new ArrayList<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  private Subscription hear(String name) {
    return events.subscribe(Delivery.sync(name), Placed.class, it -> heard.add(name + it.number()));
  }

  private static Placed placed(int number) {
    return new Placed("ann", number);
  }

  @Test
  void calls_a_sync_subscriber_on_the_publishers_thread_before_publish_returns() {
    var thread = new AtomicReference<Thread>();
    events.subscribe(Delivery.sync("a"), Placed.class, _ -> thread.set(Thread.currentThread()));
    events.publish(placed(1));
    assertThat(thread.get()).isEqualTo(Thread.currentThread());
  }

  @Test
  void gives_an_event_to_who_subscribed_to_anything_that_it_is() {
    events.subscribe(Delivery.sync("family"), Happening.class, it -> heard.add("family " + it));
    events.subscribe(Delivery.sync("record"), Record.class, _ -> heard.add("record"));
    events.subscribe(Delivery.sync("all"), Object.class, _ -> heard.add("all"));
    events.subscribe(Delivery.sync("other"), Serializable.class, _ -> heard.add("other"));
    events.subscribe(Delivery.sync("paid"), Paid.class, _ -> heard.add("paid"));
    events.publish(placed(1));
    assertThat(heard).containsExactly("family " + placed(1), "record", "all");
    events.publish(new Paid(2));
    assertThat(heard).endsWith("family " + new Paid(2), "record", "all", "paid");
  }

  @Test
  void calls_by_priority_and_equal_ones_in_the_order_of_their_subscription() {
    hear("first");
    hear("second");
    events.subscribe(
        Delivery.sync("early").priority(8), Placed.class, it -> heard.add("early" + it.number()));
    events.publish(placed(1));
    assertThat(heard).containsExactly("early1", "first1", "second1");
  }

  @Test
  void lets_no_failure_reach_the_publisher_or_the_others_and_counts_it() {
    Subscription bad =
        events.subscribe(
            Delivery.sync("bad").priority(1),
            Placed.class,
            it -> {
              if (it.number() == 1) {
                throw new IOException("checked");
              }
              throw new StackOverflowError("deep");
            });
    Subscription good = hear("good");
    events.publish(placed(1));
    events.publish(placed(2));
    assertThat(heard).containsExactly("good1", "good2");
    assertThat(bad.snapshot())
        .returns(2L, SubscriptionSnapshot::offered)
        .returns(2L, SubscriptionSnapshot::failed)
        .returns(0L, SubscriptionSnapshot::delivered);
    assertThat(good.snapshot().delivered()).isEqualTo(2);
    assertThat(fixture.recorder.lines)
        .contains("failed bad " + placed(1) + " checked", "failed bad " + placed(2) + " deep");
  }

  @Test
  void keeps_the_interrupt_of_a_sync_subscriber_for_the_publisher() {
    events.subscribe(
        Delivery.sync("a"),
        Placed.class,
        _ -> {
          throw new InterruptedException();
        });
    events.publish(placed(1));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void gives_nothing_after_unsubscribing_and_twice_is_harmless() {
    Subscription one = hear("one");
    events.publish(placed(1));
    one.close();
    one.close();
    events.publish(placed(2));
    assertThat(heard).containsExactly("one1");
    assertThat(one.snapshot()).returns(1L, SubscriptionSnapshot::offered);
    assertThat(events.snapshot().subscriptions()).isEmpty();
  }

  @Test
  void lets_a_subscriber_unsubscribe_itself_and_publish_from_inside() {
    var self = new AtomicReference<Subscription>();
    self.set(
        events.subscribe(
            Delivery.sync("once"),
            Placed.class,
            it -> {
              heard.add("once" + it.number());
              self.get().close();
              events.publish(placed(it.number() + 1));
            }));
    events.subscribe(
        Delivery.sync("countdown"),
        Paid.class,
        it -> {
          heard.add("paid" + it.number());
          if (it.number() > 0) {
            events.publish(new Paid(it.number() - 1));
          }
        });
    events.publish(placed(1));
    events.publish(new Paid(2));
    assertThat(heard).containsExactly("once1", "paid2", "paid1", "paid0");
  }

  @Test
  void contains_a_subscriber_that_publishes_to_itself_without_end() {
    Subscription endless =
        events.subscribe(Delivery.sync("endless"), Paid.class, it -> events.publish(it));
    events.publish(new Paid(1));
    hear("after");
    events.publish(placed(1));
    assertThat(heard).containsExactly("after1");
    assertThat(endless.snapshot().failed()).isPositive();
  }

  @Test
  void remembers_the_last_events_of_each_type_oldest_first() {
    for (int i = 1; i <= 5; i++) {
      events.publish(placed(i));
      if (i == 4) {
        hear("late"); // a change of the subscriptions forgets nothing
      }
    }
    events.publish(new Paid(9));
    assertThat(events.history(Placed.class)).containsExactly(placed(3), placed(4), placed(5));
    assertThat(events.history(Paid.class)).containsExactly(new Paid(9));
    assertThat(events.history(Happening.class)).isEmpty();
  }

  @Test
  void remembers_nothing_if_told_so() {
    try (var forgetful = new Fixture(EventSettings.defaults().history(0))) {
      forgetful.events.publish(placed(1));
      assertThat(forgetful.events.history(Placed.class)).isEmpty();
    }
  }

  @Test
  void counts_what_was_published_and_what_nobody_heard() {
    events.publish(placed(1));
    Subscription one = hear("one");
    events.publish(placed(2));
    events.publish(new Paid(3));
    one.close();
    events.publish(placed(4));
    assertThat(events.snapshot())
        .returns(4L, EventsSnapshot::published)
        .returns(3L, EventsSnapshot::unheard);
  }

  @Test
  void measures_every_64th_delivery() {
    Subscription slow =
        events.subscribe(
            Delivery.sync("slow"), Placed.class, _ -> fixture.time.advance(Duration.ofMillis(3)));
    assertThat(slow.snapshot().meanTime()).isEmpty();
    for (int i = 0; i < 128; i++) {
      events.publish(placed(i));
    }
    assertThat(slow.snapshot().meanTime()).contains(Duration.ofMillis(3));
    assertThat(fixture.recorder.lines.stream().filter("took slow"::equals)).hasSize(2);
  }

  @Test
  void allocates_nothing_on_the_way_to_sync_subscribers() {
    var sum = new long[1];
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    try (var bus = EventBus.open(EventSettings.defaults(), fixture.system, EventSeams.none())) {
      for (int i = 0; i < 8; i++) {
        bus.subscribe(Delivery.sync("s" + i), Paid.class, it -> sum[0] += it.number());
      }
      var event = new Paid(1);
      for (int round = 0; round < 20; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_000; i++) {
          bus.publish(event);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
    }
    assertThat(sum[0]).isEqualTo(8L * 20_000);
    // One object a publish would be 16,000; what is measured, one in 64, is told to listeners.
    assertThat(least).isLessThan(15_000);
  }

  @Test
  void refuses_by_type_what_comes_after_its_close() {
    hear("one");
    events.publish(placed(1));
    events.close();
    assertThatThrownBy(() -> events.publish(placed(2)))
        .isInstanceOfSatisfying(
            AdmissionRejectedException.class,
            it -> assertThat(it.reason()).isEqualTo(AdmissionRejectedException.Reason.CLOSED))
        .hasMessageContaining("'events'");
    assertThatThrownBy(() -> events.publish("a class it has never seen"))
        .isInstanceOf(AdmissionRejectedException.class);
    assertThatThrownBy(() -> events.publishAndWait(placed(2)))
        .isInstanceOf(AdmissionRejectedException.class);
    assertThatThrownBy(() -> hear("late")).isInstanceOf(AdmissionRejectedException.class);
    assertThat(heard).containsExactly("one1");
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void refuses_nonsense_naming_it() {
    assertThatThrownBy(() -> events.publish(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Delivery.sync(" ")).hasMessageContaining("blank");
    assertThatThrownBy(() -> Delivery.async("a").queue(0)).hasMessageContaining("queue = 0");
    assertThatThrownBy(() -> Delivery.async("a").timeout(Duration.ZERO))
        .hasMessageContaining("timeout");
    assertThatThrownBy(() -> Overflow.waitAtMost(Duration.ZERO)).hasMessageContaining("atMost");
    assertThatThrownBy(() -> new Workers(0, 3)).hasMessageContaining("min = 0");
    assertThatThrownBy(
            () ->
                new EventSettings(0, new Workers(1, 1), -1, Duration.ZERO, Duration.ofSeconds(-1)))
        .hasMessageContainingAll("queue = 0", "history = -1", "timeout", "interval");
  }
}
