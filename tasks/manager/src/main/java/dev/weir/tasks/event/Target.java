package dev.weir.tasks.event;

import dev.weir.tasks.event.Published.Outcome;
import dev.weir.tasks.spi.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A subscriber as the bus sees it: who may be given events, and what comes of it. */
abstract sealed class Target implements Subscription permits Direct, Queued {

  private static final Outcome DELIVERED = new Outcome.Delivered();

  final Hub hub;
  final Tally tally = new Tally();
  final Complaints complaints;

  /** Events offered through rosters that are retired; guarded by the registry. */
  long offeredBefore;

  private final String name;
  private final Class<?> type;
  private final Subscriber<Object> subscriber;
  private final Circuit circuit;
  private volatile @Nullable DropReason closed;

  /** Neither closed nor isolated: the one thing that the way of an event looks at. */
  private volatile boolean plain = true;

  Target(Hub hub, String name, Class<?> type, Subscriber<Object> subscriber) {
    this.hub = hub;
    this.name = name;
    this.type = type;
    this.subscriber = subscriber;
    this.complaints = new Complaints(name);
    this.circuit = new Circuit(hub.ticker());
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Class<?> type() {
    return type;
  }

  @Override
  public final SubscriptionSnapshot snapshot() {
    return hub.registry().snapshot(this);
  }

  @Override
  public final void close() {
    hub.registry().remove(this);
    end(DropReason.UNSUBSCRIBED);
  }

  /** No event is given to it from now on. */
  void end(DropReason why) {
    synchronized (this) {
      closed = closed == null ? why : closed;
    }
    lookAgain();
  }

  /** Why no event is given to it any more; null while it is open. */
  final @Nullable DropReason closed() {
    return closed;
  }

  final boolean isIsolated() {
    return !circuit.isClosed();
  }

  private synchronized void lookAgain() {
    plain = closed == null && circuit.isClosed();
  }

  /** Gives it an event, if it may have it. Never throws. */
  final Outcome give(Object event) {
    if (!plain) {
      return giveWithCare(event);
    }
    try {
      on(event);
      return DELIVERED;
    } catch (Throwable failure) {
      return failed(event, failure);
    }
  }

  private void on(Object event) throws Exception {
    if (hub.listeners().isFollowed()) {
      follow(event);
    } else {
      subscriber.on(event);
    }
  }

  private void follow(Object event) throws Exception {
    Step step = hub.listeners().handling(name, event);
    Step.<Boolean, Exception>around(
        step,
        () -> {
          subscriber.on(event);
          return true;
        });
  }

  private Outcome giveWithCare(Object event) {
    DropReason why = closed;
    if (why != null) {
      return drop(event, why);
    }
    if (!circuit.admits()) {
      return drop(event, DropReason.ISOLATED);
    }
    try {
      on(event);
      if (circuit.succeeded()) {
        lookAgain();
        hub.listeners().tell(it -> it.isolated(name, false));
      }
      return DELIVERED;
    } catch (Throwable failure) {
      return failed(event, failure);
    }
  }

  /** As {@link #give}, with the time it takes. */
  final Outcome measure(Object event) {
    long start = hub.ticker().nanos();
    Outcome outcome = give(event);
    long nanos = hub.ticker().nanos() - start;
    tally.took(nanos);
    hub.listeners().tell(it -> it.took(name, Duration.ofNanos(nanos)));
    return outcome;
  }

  private Outcome failed(Object event, Throwable failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    tally.failed.increment();
    complaints.failed(event, failure);
    boolean opened = circuit.failed();
    hub.listeners().tell(it -> it.failed(name, event, failure));
    if (opened) {
      lookAgain();
      hub.listeners().tell(it -> it.isolated(name, true));
    }
    return new Outcome.Failed(failure);
  }

  /** Keeps what the end of the bus must report. */
  abstract void lost(Object event, DropReason reason);

  /** Counts an event that it is not given. */
  final Outcome drop(Object event, DropReason reason) {
    tally.dropped(reason);
    if (reason != DropReason.UNSUBSCRIBED) {
      complaints.lost();
    }
    lost(event, reason);
    hub.listeners().tell(it -> it.dropped(name, event, reason));
    return new Outcome.Dropped(reason);
  }
}
