package dev.weir.tasks.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.event.EventsReport.Undelivered;
import dev.weir.tasks.event.Fixture.Paid;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The original's stop threw its queue away. */
class ClosingTest {

  private final Fixture fixture = new Fixture();
  private final EventBus events = fixture.events;
  private final List<Object> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void close() {
    gate.countDown();
    fixture.close();
  }

  private Subscription held() {
    return events.subscribe(
        "one",
        Paid.class,
        it -> {
          begun.countDown();
          Fixture.pass(gate);
          heard.add(it.number());
        });
  }

  private void publish(int from, int to) {
    for (int i = from; i <= to; i++) {
      events.publish(new Paid(i));
    }
  }

  @Test
  void delivers_all_that_was_accepted_within_the_budget() throws InterruptedException {
    held();
    publish(1, 200);
    begun.await();
    var report = new AtomicReference<EventsReport>();
    Thread closer = Thread.ofVirtual().start(() -> report.set(events.close(Duration.ofMinutes(1))));
    gate.countDown();
    closer.join();
    assertThat(heard).hasSize(200);
    assertThat(report.get().isClean()).isTrue();
  }

  @Test
  void reports_each_event_that_is_not_delivered_in_time() throws InterruptedException {
    Subscription one = held();
    publish(1, 3);
    begun.await();
    EventsReport report = events.close(Duration.ofMillis(20));
    assertThat(report.undelivered())
        .containsExactlyInAnyOrder(
            new Undelivered("one", new Paid(2)), new Undelivered("one", new Paid(3)));
    assertThat(report.left()).isEmpty(); // its handler heeded the interrupt
    assertThat(report.toString()).contains("Paid for one").doesNotContain("number");
    assertThat(one.snapshot())
        .returns(1L, SubscriptionSnapshot::failed)
        .returns(Map.of(DropReason.SHUTDOWN, 2L), SubscriptionSnapshot::dropped);
    assertThat(events.close(Duration.ZERO)).isSameAs(report);
  }

  @Test
  void reports_what_a_deaf_subscriber_had_taken_and_names_it() throws InterruptedException {
    events.subscribe(
        "deaf",
        Paid.class,
        _ -> {
          begun.countDown();
          while (gate.getCount() > 0) {
            Thread.onSpinWait();
          }
        });
    publish(1, 40);
    begun.await();
    EventsReport report = events.close(Duration.ZERO);
    assertThat(report.undelivered())
        .extracting(Undelivered::event)
        .doesNotHaveDuplicates()
        .hasSize(39);
    assertThat(report.left()).containsExactly("deaf");
  }

  @Test
  void called_by_a_subscriber_does_not_wait_for_it() {
    var report = new AtomicReference<EventsReport>();
    events.subscribe(
        "closer",
        Paid.class,
        _ -> {
          report.set(events.close(Duration.ofHours(1)));
          heard.add(events.close(Duration.ofHours(1)));
        });
    events.publish(new Paid(1));
    Fixture.until("both closes", () -> heard.size() == 1);
    assertThat(heard.getFirst()).isSameAs(report.get());
    assertThat(report.get().left()).containsExactly("closer");
  }

  @Test
  void lets_a_publisher_go_that_waits_for_room() throws InterruptedException {
    Subscription full =
        events.subscribe(
            Delivery.async("full").queue(1).overflow(Overflow.waitAtMost(Duration.ofHours(1))),
            Paid.class,
            _ -> {
              begun.countDown();
              Fixture.pass(gate);
            });
    publish(1, 1);
    begun.await();
    publish(2, 2);
    Thread publisher = Thread.ofVirtual().start(() -> publish(3, 3));
    Fixture.until("a wait", () -> publisher.getState() == Thread.State.TIMED_WAITING);
    events.close();
    publisher.join();
    assertThat(full.snapshot().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 2L));
  }

  @Test
  void leaves_no_thread_and_no_trace_in_the_classes_of_its_events() {
    try (var system = SystemTasks.open()) {
      WeakReference<EventBus> reference = closed(system);
      Fixture.until("its threads' end", () -> system.tasks().isEmpty());
      Fixture.until(
          "the collector",
          () -> {
            System.gc();
            return reference.refersTo(null);
          });
    }
  }

  /** In a method of its own, so that nothing on this stack keeps it. */
  private static WeakReference<EventBus> closed(SystemTasks system) {
    EventBus bus = EventBus.open(EventSettings.defaults(), system, EventSeams.none());
    bus.subscribe("one", String.class, _ -> {});
    bus.publish("a class that outlives every bus");
    bus.close();
    return new WeakReference<>(bus);
  }
}
