package dev.weir.benchmarks.load.rivals;

import com.google.common.eventbus.AllowConcurrentEvents;
import com.google.common.eventbus.AsyncEventBus;
import com.google.common.eventbus.Subscribe;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.event.Delivery;
import dev.weir.tasks.event.EventBus;
import dev.weir.tasks.event.EventSeams;
import dev.weir.tasks.event.EventSettings;
import dev.weir.tasks.event.Overflow;
import dev.weir.tasks.event.Subscriber;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Something that carries an event to its subscribers, each of which counts it.
 *
 * @param publish gives it one event
 * @param heard how many events all subscribers behind queues have counted together
 * @param end closes it
 */
public record Bus(Consumer<Event> publish, LongAdder heard, Runnable end) implements AutoCloseable {

  /** Weir, as it is named in tables. */
  public static final String WEIR = "Weir";

  /** Guava, likewise. */
  public static final String GUAVA = "Guava";

  /** The JDK's, likewise; with the executor behind it. */
  public static final String SUBMISSION = "SubmissionPublisher, virtual threads";

  /** Likewise. */
  public static final String SUBMISSION_FIXED = "SubmissionPublisher, 2 platform threads";

  /** Likewise. */
  public static final String GUAVA_VIRTUAL = "Guava AsyncEventBus, virtual threads";

  /** Likewise. */
  public static final String GUAVA_FIXED = "Guava AsyncEventBus, 2 platform threads";

  private static final int QUEUE = 1_024;

  /** What is published. */
  public record Event(long number) {}

  /** Weir's, called on the publisher's thread; each subscriber adds to a field of its own. */
  public static Bus weir(int subscribers) {
    return weir(subscribers, i -> Delivery.sync("sync-" + i), _ -> new Adding()::on);
  }

  /** Weir's, each subscriber in order behind a queue; a publisher waits for room. */
  public static Bus weirQueued(int subscribers) {
    return weir(
        subscribers,
        i ->
            Delivery.async("async-" + i)
                .queue(QUEUE)
                .overflow(Overflow.waitAtMost(Duration.ofMinutes(1))),
        heard -> _ -> heard.increment());
  }

  private interface Kind {
    Delivery<Object> of(int number);
  }

  private static Bus weir(
      int subscribers, Kind kind, Function<LongAdder, Subscriber<Event>> counting) {
    SystemTasks system = SystemTasks.open();
    EventBus bus =
        EventBus.open(
            EventSettings.defaults(),
            system,
            EventSeams.none().carriers(List.of(ContextCarrier.mdc())));
    var heard = new LongAdder();
    for (int i = 0; i < subscribers; i++) {
      bus.subscribe(kind.of(i), Event.class, counting.apply(heard));
    }
    return new Bus(
        bus::publish,
        heard,
        () -> {
          bus.close();
          system.close();
        });
  }

  /** Guava's, on the publisher's thread; each subscriber adds to a field of its own. */
  public static Bus guava(int subscribers) {
    var bus = new com.google.common.eventbus.EventBus();
    for (int i = 0; i < subscribers; i++) {
      bus.register(new Adding());
    }
    return new Bus(bus::post, new LongAdder(), () -> {});
  }

  /** Guava's, on that executor, which it owns; nothing bounds what waits there. */
  public static Bus guava(int subscribers, ExecutorService executor) {
    return guava(new AsyncEventBus(executor), subscribers, executor::close);
  }

  private static Bus guava(com.google.common.eventbus.EventBus bus, int subscribers, Runnable end) {
    var heard = new LongAdder();
    for (int i = 0; i < subscribers; i++) {
      bus.register(new Counting(heard));
    }
    return new Bus(bus::post, heard, end);
  }

  /** The JDK's, on that executor, which it owns; a publisher waits for room. */
  public static Bus submission(int subscribers, ExecutorService executor) {
    return submission(new SubmissionPublisher<>(executor, QUEUE), subscribers, executor::close);
  }

  private static Bus submission(
      SubmissionPublisher<Event> publisher, int subscribers, Runnable end) {
    var heard = new LongAdder();
    for (int i = 0; i < subscribers; i++) {
      publisher.subscribe(new Drinking(heard));
    }
    return new Bus(
        publisher::submit,
        heard,
        () -> {
          publisher.close();
          end.run();
        });
  }

  @Override
  public void close() {
    end.run();
  }

  /** For one thread. Public, because Guava finds it by reflection. */
  public static final class Adding {
    private long sum;

    /** Nothing yet. */
    public Adding() {}

    /** One event. */
    @Subscribe
    @AllowConcurrentEvents
    public void on(Event event) {
      sum += event.number();
    }

    /** Of the numbers it has heard. */
    public long sum() {
      return sum;
    }
  }

  /** For many threads. Public, because Guava finds it by reflection. */
  public record Counting(LongAdder heard) {

    /** One event. */
    @Subscribe
    @AllowConcurrentEvents
    public void on(Event event) {
      heard.increment();
    }
  }

  /** No record: the publisher refuses a subscriber that equals another. */
  private static final class Drinking implements Flow.Subscriber<Event> {

    private final LongAdder heard;

    Drinking(LongAdder heard) {
      this.heard = heard;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Event event) {
      heard.increment();
    }

    @Override
    public void onError(Throwable failure) {
      throw new IllegalStateException("A subscriber that only counts has failed.", failure);
    }

    @Override
    public void onComplete() {
      // The count says all.
    }
  }
}
