package dev.weir.tasks.event;

import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** A bus by settable time, with what it stands on. */
final class Fixture implements AutoCloseable {

  /** What happens in these tests. */
  sealed interface Happening permits Placed, Paid {}

  record Placed(String customer, int number) implements Happening {}

  record Paid(int number) implements Happening {}

  final SettableTime time = SettableTime.create();
  final SystemTasks system = SystemTasks.open(List.of(), time.scheduler(), time, time::nanos);
  final Recorder recorder = new Recorder();
  final EventBus events;

  Fixture() {
    this(EventSettings.defaults());
  }

  Fixture(EventSettings settings) {
    events =
        EventBus.open(
            settings.interval(Duration.ofDays(1)), // tests look themselves
            system,
            EventSeams.none()
                .carriers(List.of(ContextCarrier.mdc()))
                .listeners(List.of(new Angry(), recorder))
                .ticker(time::nanos));
  }

  /** One look at the queues. */
  void look() {
    time.advance(Duration.ofSeconds(1));
    events.look();
  }

  static void until(String what, BooleanSupplier condition) {
    Await.until(Duration.ofSeconds(20), what, condition);
  }

  /** Waits for a gate as a handler that may be interrupted. */
  static void pass(CountDownLatch gate) throws InterruptedException {
    gate.await();
  }

  @Override
  public void close() {
    events.close();
    system.close();
  }

  /** A listener that fails at everything. */
  private static final class Angry implements EventListener {
    @Override
    public void failed(String subscriber, Object event, Throwable failure) {
      throw new IllegalStateException("angry");
    }

    @Override
    public void dropped(String subscriber, Object event, DropReason reason) {
      throw new AssertionError("angry");
    }
  }
}
