package dev.weir.tasks.event;

import dev.weir.gate.Deadline;
import dev.weir.tasks.event.Published.Outcome;
import dev.weir.tasks.event.Receipts.Receipt;
import dev.weir.tasks.event.queue.Backlog;
import dev.weir.tasks.event.queue.KeyedBacklog;
import dev.weir.tasks.event.queue.Room;
import dev.weir.tasks.event.queue.SharedBacklog;
import dev.weir.tasks.event.queue.Sleepers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber behind a queue.
 *
 * <p>Whoever offers and then sees that it is closed sweeps; whoever closes it sweeps. So an event
 * is handled once, or counted as dropped, whoever comes first.
 */
final class Queued extends Target {

  final Backlog backlog;
  final Sleepers sleepers = new Sleepers();
  final Room room;
  final Crew crew;
  private final Queue<Object> undelivered = new ConcurrentLinkedQueue<>();
  private final Overflow overflow;
  private final boolean detached;

  Queued(Hub hub, Delivery.Async<?> how, Class<?> type, Subscriber<Object> subscriber) {
    super(hub, how.name(), type, subscriber);
    this.overflow = how.overflow();
    this.detached = how.leavesDeadline();
    this.backlog = backlogFor(how, how.queue().orElse(hub.settings().queue()), sleepers);
    Duration timeout = how.timeout().orElse(hub.settings().timeout());
    this.room = new Room(backlog);
    this.crew = new Crew(this, how.workers(hub.settings()), timeout);
  }

  private static Backlog backlogFor(Delivery.Async<?> how, int capacity, Sleepers sleepers) {
    if (how.key().isEmpty()) {
      return new SharedBacklog(capacity, sleepers);
    }
    @SuppressWarnings("unchecked") // only events of its type come here
    var key = (Function<Object, @Nullable Object>) how.key().get();
    return new KeyedBacklog(capacity, sleepers, item -> key.apply(Parcel.eventIn(item)));
  }

  /** False if the publisher must wait for room, when all others have been given the event. */
  boolean offer(Object item) {
    try {
      return entered(item) || overflowed(item);
    } catch (Throwable noKey) { // of a users' key function; a shared queue throws nothing
      complaints.failed(Parcel.eventIn(item), noKey);
      settle(item, drop(Parcel.eventIn(item), DropReason.NO_KEY));
      return true;
    }
  }

  private boolean entered(Object item) {
    boolean entered = backlog.offer(item);
    if (entered && closed() != null) {
      sweep();
    }
    return entered;
  }

  private boolean overflowed(Object item) {
    switch (overflow) {
      case Overflow.DropNewest() -> lose(item, DropReason.QUEUE_FULL);
      case Overflow.DropOldest() -> displace(item);
      case Overflow.Wait _ when crew.isMine() -> lose(item, DropReason.NO_ROOM_IN_TIME);
      case Overflow.Wait _ -> {
        return false;
      }
    }
    return true;
  }

  private void displace(Object item) {
    do {
      Object oldest = backlog.takeOldest(item);
      if (oldest != null) {
        lose(oldest, DropReason.DISPLACED);
      }
    } while (!entered(item));
  }

  /** Waits for room, as long as its policy and the publisher's deadline allow. */
  void offerInTime(Object item) {
    Duration atMost = overflow instanceof Overflow.Wait wait ? wait.atMost() : Duration.ZERO;
    long nanos =
        Math.min(Deadline.in(atMost).remainingNanos(), Deadline.current().remainingNanos());
    try {
      if (room.await(() -> closed() != null || entered(item), nanos)) {
        DropReason why = closed();
        if (why != null) {
          lose(item, why);
        }
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    lose(item, DropReason.NO_ROOM_IN_TIME);
  }

  private void lose(Object item, DropReason why) {
    settle(item, drop(Parcel.eventIn(item), why));
  }

  private static void settle(Object item, Outcome outcome) {
    Receipt receipt = Parcel.receiptIn(item);
    if (receipt != null) {
      receipt.settle(outcome);
    }
  }

  /** Handles what was taken from the queue, on a thread of the crew. */
  Outcome handle(Object item, boolean measured) {
    if (item instanceof Parcel parcel) {
      Outcome outcome = unpack(parcel, measured);
      settle(parcel, outcome);
      return outcome;
    }
    return given(item, measured);
  }

  private Outcome given(Object event, boolean measured) {
    return measured ? measure(event) : give(event);
  }

  private Outcome unpack(Parcel parcel, boolean measured) {
    Luggage luggage = detached ? parcel.luggage().withoutDeadline() : parcel.luggage();
    if (luggage.deadline().hasPassed()) {
      return drop(parcel.event(), DropReason.EXPIRED);
    }
    Outcome[] outcome = new Outcome[1];
    luggage.around(() -> outcome[0] = given(parcel.event(), measured));
    return outcome[0];
  }

  @Override
  void end(DropReason why) {
    super.end(why);
    sleepers.wakeAll();
    room.changed();
    sweep();
  }

  private void sweep() {
    DropReason why = closed();
    Object item;
    while (why != null && (item = backlog.takeOldest(null)) != null) {
      lose(item, why);
    }
  }

  @Override
  void lost(Object event, DropReason reason) {
    if (reason == DropReason.SHUTDOWN) {
      undelivered.add(event);
    }
  }

  /** The events that it was not given because the bus closed; those in hand will not be, either. */
  List<Object> undelivered() {
    List<Object> all = new ArrayList<>(undelivered);
    undelivered.clear();
    all.addAll(crew.inHand());
    return all;
  }
}
