package dev.weir.tasks.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.Deadline;
import dev.weir.tasks.event.Fixture.Paid;
import dev.weir.tasks.event.Published.Outcome;
import dev.weir.tasks.event.Published.Result;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublishAndWaitTest {

  private final Fixture fixture = new Fixture();
  private final EventBus events = fixture.events;
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void close() {
    gate.countDown();
    fixture.close();
  }

  @Test
  void tells_the_outcome_of_every_subscriber() {
    var failure = new IllegalStateException("mine");
    events.subscribe(Delivery.sync("sync"), Paid.class, _ -> {});
    events.subscribe("async", Paid.class, _ -> {});
    events.subscribe(
        "failing",
        Paid.class,
        _ -> {
          throw failure;
        });
    Published published = events.publishAndWait(new Paid(1));
    assertThat(published.results())
        .containsExactly(
            new Result("async", new Outcome.Delivered()),
            new Result("failing", new Outcome.Failed(failure)),
            new Result("sync", new Outcome.Delivered()));
    assertThat(published.isDelivered()).isFalse();
  }

  @Test
  void knows_nothing_of_one_that_is_not_done_in_time_and_names_what_was_dropped() {
    events.subscribe("slow", Paid.class, _ -> Fixture.pass(gate));
    Subscription full =
        events.subscribe(Delivery.async("full").queue(1), Paid.class, _ -> Fixture.pass(gate));
    events.publish(new Paid(1));
    Fixture.until("a busy subscriber", () -> full.snapshot().queued() == 0);
    events.publish(new Paid(2));
    Published published = events.publishAndWait(new Paid(3), Duration.ofMillis(20));
    assertThat(published.results())
        .containsExactly(
            new Result("slow", new Outcome.TimedOut()),
            new Result("full", new Outcome.Dropped(DropReason.QUEUE_FULL)));
  }

  @Test
  void is_bounded_by_the_deadline_around_it_which_its_subscribers_see() {
    var seen = new AtomicReference<Duration>();
    events.subscribe("slow", Paid.class, _ -> Fixture.pass(gate));
    events.subscribe(
        Delivery.sync("sync"), Paid.class, _ -> seen.set(Deadline.current().remaining()));
    Published published =
        Deadline.within(
            Duration.ofMillis(400), () -> events.publishAndWait(new Paid(1), Duration.ofHours(1)));
    assertThat(published.results()).contains(new Result("slow", new Outcome.TimedOut()));
    assertThat(seen.get()).isLessThanOrEqualTo(Duration.ofMillis(400));
  }

  @Test
  void returns_what_is_known_when_interrupted() {
    events.subscribe("slow", Paid.class, _ -> Fixture.pass(gate));
    Thread.currentThread().interrupt();
    assertThat(events.publishAndWait(new Paid(1)).isDelivered()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void with_nobody_to_hear_is_delivered_at_once() {
    assertThat(events.publishAndWait(new Paid(1)).isDelivered()).isTrue();
  }
}
