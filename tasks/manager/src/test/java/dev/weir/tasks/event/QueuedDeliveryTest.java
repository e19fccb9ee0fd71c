package dev.weir.tasks.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.Deadline;
import dev.weir.tasks.event.Fixture.Paid;
import dev.weir.tasks.event.Fixture.Placed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class QueuedDeliveryTest {

  private final Fixture fixture = new Fixture();
  private final EventBus events = fixture.events;
  private final List<Object> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger inside = new AtomicInteger();

  @AfterEach
  void close() {
    gate.countDown();
    fixture.close();
  }

  private Subscription held(Delivery<? super Paid> how) {
    return events.subscribe(
        how,
        Paid.class,
        it -> {
          inside.incrementAndGet();
          Fixture.pass(gate);
          heard.add(it.number());
        });
  }

  private void publish(int from, int to) {
    for (int i = from; i <= to; i++) {
      events.publish(new Paid(i));
    }
  }

  private void occupy() {
    events.publish(new Paid(0));
    Fixture.until("a busy subscriber", () -> inside.get() == 1);
  }

  private void heardAtLast(Object... all) {
    gate.countDown();
    Fixture.until("its events", () -> heard.size() >= all.length);
    assertThat(heard).containsExactly(all);
  }

  @Test
  void happens_on_a_thread_of_its_own_in_the_order_of_publishing() {
    var threads = new CopyOnWriteArrayList<String>();
    events.subscribe(
        "mail",
        Paid.class,
        it -> {
          threads.add(Thread.currentThread().getName());
          heard.add(it.number());
        });
    publish(1, 100);
    Fixture.until("all", () -> heard.size() == 100);
    for (int i = 0; i < 100; i++) {
      assertThat(heard.get(i)).isEqualTo(i + 1);
    }
    assertThat(threads).allMatch(it -> it.startsWith("weir-events-mail-"));
  }

  @Test
  void of_a_slow_subscriber_delays_neither_the_publisher_nor_the_others() {
    held(Delivery.async("slow").queue(2));
    events.subscribe(Delivery.async("quick").queue(200), Paid.class, it -> heard.add(it.number()));
    publish(1, 100);
    Fixture.until("the quick one", () -> heard.size() == 100);
    assertThat(inside).hasValueLessThan(2);
  }

  @Nested
  class To_a_full_queue {

    @Test
    void drops_the_newest() {
      Subscription one = held(Delivery.async("one").queue(2));
      occupy();
      publish(1, 5);
      assertThat(one.snapshot().queued()).isEqualTo(2);
      assertThat(one.snapshot().dropped()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 3L));
      assertThat(fixture.recorder.lines).contains("dropped one " + new Paid(3) + " QUEUE_FULL");
      heardAtLast(0, 1, 2);
    }

    @Test
    void drops_the_oldest() {
      Subscription one = held(Delivery.async("one").queue(2).overflow(Overflow.dropOldest()));
      occupy();
      publish(1, 5);
      assertThat(one.snapshot().dropped()).isEqualTo(Map.of(DropReason.DISPLACED, 3L));
      heardAtLast(0, 4, 5);
    }

    @Test
    void drops_the_oldest_of_the_same_key_or_of_another() {
      Subscription one =
          held(
              Delivery.async("one")
                  .concurrent(1, 1)
                  .inOrderOf(Paid::number)
                  .queue(2)
                  .overflow(Overflow.dropOldest()));
      occupy();
      events.publish(new Paid(1));
      events.publish(new Paid(2));
      events.publish(new Paid(2));
      events.publish(new Paid(3));
      assertThat(one.snapshot().dropped()).isEqualTo(Map.of(DropReason.DISPLACED, 2L));
      gate.countDown();
      Fixture.until("what was left", () -> heard.size() == 3);
      assertThat(heard).contains(0, 3);
    }

    @Test
    void waits_for_room_after_all_others_were_given_the_event() throws InterruptedException {
      Subscription one =
          held(Delivery.async("one").queue(1).overflow(Overflow.waitAtMost(Duration.ofHours(1))));
      var others = new CopyOnWriteArrayList<Integer>();
      events.subscribe(Delivery.sync("sync"), Paid.class, it -> others.add(it.number()));
      occupy();
      publish(1, 1);
      Thread publisher = Thread.ofVirtual().start(() -> publish(2, 3));
      Fixture.until("the others", () -> others.contains(2));
      Fixture.until("a wait", () -> publisher.getState() == Thread.State.TIMED_WAITING);
      assertThat(others).doesNotContain(3);
      heardAtLast(0, 1, 2, 3);
      publisher.join();
      assertThat(one.snapshot().lost()).isZero();
    }

    @Test
    void waits_no_longer_than_the_publishers_deadline() {
      Subscription one =
          held(Delivery.async("one").queue(1).overflow(Overflow.waitAtMost(Duration.ofHours(1))));
      occupy();
      Deadline.useWithin(Duration.ofMillis(20), () -> publish(1, 2));
      assertThat(one.snapshot().dropped()).isEqualTo(Map.of(DropReason.NO_ROOM_IN_TIME, 1L));
    }

    @Test
    void waits_no_longer_than_its_policy_says_and_not_when_interrupted() {
      Subscription one =
          held(Delivery.async("one").queue(1).overflow(Overflow.waitAtMost(Duration.ofMillis(5))));
      occupy();
      publish(1, 2);
      Thread.currentThread().interrupt();
      publish(3, 3);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(one.snapshot().dropped()).isEqualTo(Map.of(DropReason.NO_ROOM_IN_TIME, 2L));
    }

    @Test
    void does_not_wait_for_itself() {
      var forever = Overflow.waitAtMost(Duration.ofHours(1));
      Subscription self =
          events.subscribe(
              Delivery.async("self").queue(1).overflow(forever),
              Paid.class,
              it -> {
                if (it.number() == 0) {
                  publish(1, 3);
                }
                heard.add(it.number());
              });
      events.publish(new Paid(0));
      Fixture.until("its end", () -> heard.size() == 2);
      assertThat(heard).containsExactly(0, 1);
      assertThat(self.snapshot().dropped()).isEqualTo(Map.of(DropReason.NO_ROOM_IN_TIME, 2L));
    }
  }

  @Test
  void keeps_the_events_of_a_key_in_order_while_other_keys_go_on() {
    var ben = new CountDownLatch(1);
    events.subscribe(
        Delivery.async("mail").concurrent(2, 2).inOrderOf(Placed::customer),
        Placed.class,
        it -> {
          if (it.customer().equals("ben") && it.number() == 1) {
            Fixture.pass(ben);
          }
          heard.add(it.customer() + it.number());
        });
    for (int i = 1; i <= 3; i++) {
      events.publish(new Placed("ben", i));
      events.publish(new Placed("ann", i));
    }
    Fixture.until("ann's", () -> heard.size() == 3);
    assertThat(heard).containsExactly("ann1", "ann2", "ann3");
    ben.countDown();
    Fixture.until("ben's", () -> heard.size() == 6);
    assertThat(heard).endsWith("ben1", "ben2", "ben3");
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void counts_an_event_whose_key_cannot_be_told() {
    Subscription keyed =
        events.subscribe(
            Delivery.async("keyed").inOrderOf((Placed it) -> it.customer().length()),
            Placed.class,
            it -> heard.add(it.number()));
    events.publish(new Placed(null, 1));
    events.publish(new Placed("ann", 2));
    Fixture.until("the other", () -> heard.size() == 1);
    assertThat(keyed.snapshot().dropped()).isEqualTo(Map.of(DropReason.NO_KEY, 1L));
  }

  @Test
  void carries_context_and_deadline_to_the_subscriber() {
    var seen = new AtomicReference<Deadline>();
    events.subscribe(
        "mail",
        Paid.class,
        _ -> {
          seen.set(Deadline.current());
          heard.add(String.valueOf(MDC.get("request")));
        });
    MDC.put("request", "r-7");
    try {
      Deadline.useWithin(Duration.ofMinutes(10), () -> publish(1, 1));
    } finally {
      MDC.remove("request");
    }
    Fixture.until("both", () -> heard.size() == 1);
    publish(2, 2);
    Fixture.until("both", () -> heard.size() == 2);
    assertThat(heard).containsExactly("r-7", "null");
    assertThat(seen.get().isBound()).isFalse();
  }

  @Test
  void drops_what_waited_past_its_publishers_deadline_unless_detached() {
    var deadline = Deadline.in(Duration.ofSeconds(5), fixture.time::nanos);
    Subscription one = held(Delivery.async("one"));
    occupy();
    deadline.run(() -> publish(1, 1));
    events.subscribe(Delivery.async("own").detached(), Paid.class, _ -> heard.add("own"));
    deadline.run(() -> publish(2, 2));
    fixture.time.advance(Duration.ofSeconds(5));
    Fixture.until("the detached one", () -> heard.contains("own"));
    gate.countDown();
    Fixture.until("the first", () -> heard.contains(0));
    Fixture.until("the drops", () -> one.snapshot().lost() == 2);
    assertThat(one.snapshot().dropped()).isEqualTo(Map.of(DropReason.EXPIRED, 2L));
  }

  @Test
  void isolates_a_subscriber_that_keeps_failing_and_tries_it_again_after_a_rest() {
    var broken = new AtomicReference<>(true);
    Subscription one =
        events.subscribe(
            Delivery.sync("one"),
            Paid.class,
            it -> {
              if (broken.get()) {
                throw new IllegalStateException("down");
              }
              heard.add(it.number());
            });
    events.subscribe(Delivery.sync("other"), Paid.class, _ -> inside.incrementAndGet());
    publish(1, 15);
    assertThat(one.snapshot())
        .returns(10L, SubscriptionSnapshot::failed)
        .returns(Map.of(DropReason.ISOLATED, 5L), SubscriptionSnapshot::dropped)
        .returns(true, SubscriptionSnapshot::isolated);
    assertThat(inside).hasValue(15);
    fixture.time.advance(Circuit.REST);
    publish(16, 17); // the first is tried and fails
    broken.set(false);
    fixture.time.advance(Circuit.REST);
    publish(18, 20);
    assertThat(heard).containsExactly(18, 19, 20);
    assertThat(one.snapshot())
        .returns(11L, SubscriptionSnapshot::failed)
        .returns(false, SubscriptionSnapshot::isolated);
    assertThat(fixture.recorder.lines.stream().filter(it -> it.startsWith("isolated")))
        .containsExactly("isolated one true", "isolated one true", "isolated one false");
  }

  @Test
  void does_not_isolate_for_failures_that_lie_far_apart() {
    Subscription one =
        events.subscribe(
            Delivery.sync("one"),
            Paid.class,
            _ -> {
              throw new IllegalStateException("now and then");
            });
    for (int i = 0; i < 30; i++) {
      publish(i, i);
      fixture.time.advance(Duration.ofSeconds(7));
    }
    assertThat(one.snapshot().failed()).isEqualTo(30);
  }

  @Test
  void grows_when_the_queue_is_in_use_and_shrinks_when_it_is_not() {
    Subscription crowd = held(Delivery.async("crowd").concurrent(2, 5).queue(10));
    publish(1, 2);
    Fixture.until("two at work", () -> inside.get() == 2);
    publish(3, 11); // nine of ten wait: more than 80 %
    fixture.look();
    Fixture.until("four at work", () -> inside.get() == 4);
    publish(12, 13);
    fixture.look();
    Fixture.until("five, and no more, at work", () -> inside.get() == 5);
    publish(14, 14);
    fixture.look();
    assertThat(crowd.snapshot().workers()).isEqualTo(5);
    gate.countDown();
    Fixture.until("an empty queue", () -> heard.size() == 14);
    for (int left = 4; left >= 2; left--) {
      int expected = left;
      fixture.look();
      Fixture.until("fewer", () -> crowd.snapshot().workers() == expected);
    }
    fixture.look();
    fixture.look();
    assertThat(crowd.snapshot().workers()).isEqualTo(2);
    assertThat(fixture.recorder.lines)
        .containsSubsequence("scaled crowd 4", "scaled crowd 5", "scaled crowd 2");
  }

  @Test
  void is_looked_at_by_itself_every_interval() {
    EventSettings settings = EventSettings.defaults().interval(Duration.ofSeconds(5));
    try (var bus =
        EventBus.open(settings, fixture.system, EventSeams.none().ticker(fixture.time::nanos))) {
      Subscription crowd =
          bus.subscribe(
              Delivery.async("crowd").concurrent(2, 5).queue(10),
              Paid.class,
              _ -> {
                inside.incrementAndGet();
                Fixture.pass(gate);
              });
      for (int i = 0; i < 2; i++) {
        bus.publish(new Paid(i));
      }
      Fixture.until("two at work", () -> inside.get() == 2);
      for (int i = 0; i < 10; i++) {
        bus.publish(new Paid(i));
      }
      fixture.time.advance(Duration.ofSeconds(5));
      Fixture.until("more threads", () -> crowd.snapshot().workers() > 2);
      gate.countDown();
    }
  }

  @Test
  void interrupts_a_subscriber_that_takes_too_long_and_goes_on_with_the_next_event() {
    Subscription stuck =
        events.subscribe(
            Delivery.async("stuck").timeout(Duration.ofSeconds(3)),
            Paid.class,
            it -> {
              if (it.number() == 0) {
                inside.incrementAndGet();
                Fixture.pass(gate);
              }
              heard.add(it.number() + " " + Thread.currentThread().isInterrupted());
            });
    occupy();
    publish(1, 2);
    for (int i = 0; i < 6; i++) {
      fixture.look();
    }
    Fixture.until("the others", () -> heard.size() == 2);
    assertThat(heard).containsExactly("1 false", "2 false");
    assertThat(stuck.snapshot())
        .returns(1L, SubscriptionSnapshot::timedOut)
        .returns(1L, SubscriptionSnapshot::failed);
  }

  @Test
  void to_a_subscriber_that_is_gone_drops_and_counts_what_waited() {
    Subscription one = held(Delivery.async("one"));
    occupy();
    publish(1, 4);
    one.close();
    gate.countDown();
    Fixture.until("its threads' end", () -> one.snapshot().workers() == 0);
    publish(5, 5);
    assertThat(heard).isSubsetOf(0);
    assertThat(one.snapshot())
        .returns(5L, SubscriptionSnapshot::offered)
        .returns(Map.of(DropReason.UNSUBSCRIBED, 4L), SubscriptionSnapshot::dropped);
  }

  @Test
  void lets_a_subscriber_end_itself() {
    var self = new AtomicReference<Subscription>();
    self.set(
        events.subscribe(
            "self",
            Paid.class,
            it -> {
              heard.add(it.number());
              self.get().close();
            }));
    publish(1, 3);
    Fixture.until("its threads' end", () -> self.get().snapshot().workers() == 0);
    assertThat(heard).containsExactly(1);
  }

  @Test
  void ends_its_threads_when_the_system_tasks_end() {
    Subscription one = held(Delivery.async("one"));
    occupy();
    fixture.system.close();
    Fixture.until("its threads' end", () -> one.snapshot().workers() == 0);
  }
}
