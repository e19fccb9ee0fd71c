package dev.weir.tasks.event;

import dev.weir.gate.Deadline;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.schedule.ScheduleHandle;
import dev.weir.tasks.spi.CommitHook;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Events of one process, by type: who knows that something happened says so once, and whoever has
 * subscribed to its class, or to anything that it is, hears of it.
 *
 * <pre>{@code
 * events.subscribe(Delivery.async("mail").inOrderOf(OrderPlaced::customer), OrderPlaced.class, mails::send);
 * events.publish(new OrderPlaced(17, "ann"));
 * }</pre>
 *
 * <p>A publisher takes no lock, finds its subscribers by one look into an array, and allocates
 * nothing unless there is a context to carry. A subscriber is either called on the publisher's
 * thread, or has a bounded queue with a stated policy and threads of its own; there its events come
 * in the order in which they were queued, unless it is concurrent. What one subscriber fails at or
 * is slow with is no other's business. Whatever a subscriber was not given is counted, by reason.
 *
 * <p>Events live in memory only: they do not outlive the process. Safe for use by many threads.
 */
public final class EventBus implements AutoCloseable {

  /** How long {@link #publishAndWait(Object)} waits. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long MEASURED = 63;

  private final Registry registry;
  private final Hub hub;
  private final CommitHook transaction;
  private final ScheduleHandle looks;
  private final Closing closing;

  private EventBus(EventSettings settings, SystemTasks system, EventSeams seams) {
    this.registry = new Registry(settings.history());
    this.hub =
        new Hub(
            settings,
            system,
            seams.carriers(),
            new SafeListener(seams.listeners()),
            seams.ticker(),
            registry);
    this.transaction = seams.transaction();
    this.looks = system.every("weir-events", settings.interval(), this::look);
    this.closing = new Closing(hub, looks);
  }

  /**
   * Opens a bus whose threads are tasks of {@code system}, which must be closed after it.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if {@code system} is closed
   */
  public static EventBus open(EventSettings settings, SystemTasks system, EventSeams seams) {
    return new EventBus(
        Objects.requireNonNull(settings, "settings"),
        Objects.requireNonNull(system, "system"),
        Objects.requireNonNull(seams, "seams"));
  }

  /**
   * Subscribes, behind a queue and in order.
   *
   * @param name what the subscriber is called
   * @throws dev.weir.gate.AdmissionRejectedException if the bus is closed
   */
  public <E> Subscription subscribe(String name, Class<E> type, Subscriber<? super E> subscriber) {
    return subscribe(Delivery.async(name), type, subscriber);
  }

  /**
   * Subscribes.
   *
   * @param type a class, an interface or a sealed family: all that is one is heard
   * @throws dev.weir.gate.AdmissionRejectedException if the bus is closed
   */
  @SuppressWarnings("unchecked") // it is given what is of its type, and nothing else
  public <E> Subscription subscribe(
      Delivery<? super E> how, Class<E> type, Subscriber<? super E> subscriber) {
    Objects.requireNonNull(type, "type");
    var given = (Subscriber<Object>) Objects.requireNonNull(subscriber, "subscriber");
    Target target =
        switch (Objects.requireNonNull(how, "how")) {
          case Delivery.Sync sync -> new Direct(hub, sync, type, given);
          case Delivery.Async<?> async -> new Queued(hub, async, type, given);
        };
    registry.add(target);
    if (target instanceof Queued queued) {
      start(queued);
    }
    return target;
  }

  private static void start(Queued queued) {
    try {
      queued.crew.hire();
    } catch (Throwable refusal) {
      queued.close();
      throw refusal;
    }
  }

  /**
   * Says that something happened. Returns when every subscriber that is called on this thread has
   * been, and every other has it in its queue or has lost it as its policy says. No subscriber's
   * failure comes back.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the bus is closed
   */
  public void publish(Object event) {
    Route route = registry.route(event.getClass());
    while (true) {
      Roster roster = route.roster;
      long number = roster.enter();
      if (number >= 0) {
        route.remember(event, roster.first + number);
        roster.give(event, hub, (number & MEASURED) == 0);
        return;
      }
      registry.awaitChange();
    }
  }

  /** As {@link #publishAndWait(Object, Duration)}, for {@link #PATIENCE}. */
  public Published publishAndWait(Object event) {
    return publishAndWait(event, PATIENCE);
  }

  /**
   * Publishes, and waits until every subscriber has handled it, failed or lost it. The subscribers'
   * deadline is the end of the wait. A subscriber that does this for an event that it hears itself
   * in order waits in vain, for as long.
   *
   * @param atMost how long, at most until {@link Deadline#current()}
   * @return what became of it with each; if the thread is interrupted, what is known by then, and
   *     its flag is set
   * @throws dev.weir.gate.AdmissionRejectedException if the bus is closed
   */
  public Published publishAndWait(Object event, Duration atMost) {
    Route route = registry.route(event.getClass());
    Deadline deadline = Deadline.in(atMost).sooner(Deadline.current());
    while (true) {
      Roster roster = route.roster;
      long number = roster.enter();
      if (number >= 0) {
        route.remember(event, roster.first + number);
        return deadline.<Published, RuntimeException>call(
            () -> roster.giveForReceipts(event, hub).await(deadline.remainingNanos()));
      }
      registry.awaitChange();
    }
  }

  /**
   * Publishes once the transaction of this connection has committed, on the thread that commits;
   * never if it does not.
   *
   * @param connection one inside a transaction, that is a wrapper for {@link CommitHook}
   * @throws IllegalStateException if it is not: nobody would hear of its commit
   * @throws SQLException if the connection is closed
   */
  public void publishAfterCommit(Connection connection, Object event) throws SQLException {
    Objects.requireNonNull(event, "event");
    if (!connection.isWrapperFor(CommitHook.class)) {
      throw new IllegalStateException(
          "This connection does not tell when its transaction commits: it is in none that Weir"
              + " began, or of another pool. Publish inside inTransaction, or after the commit.");
    }
    connection.unwrap(CommitHook.class).afterCommit(() -> publish(event));
  }

  /**
   * As {@link #publishAfterCommit(Connection, Object)}, for the transaction that the calling thread
   * is in.
   *
   * @throws IllegalStateException if it is in none
   */
  public void publishAfterCommit(Object event) {
    Objects.requireNonNull(event, "event");
    transaction.afterCommit(() -> publish(event));
  }

  /**
   * The last events of exactly this class, oldest first: as many as the settings say. One that is
   * being published may be missing still. A closed bus remembers nothing.
   */
  @SuppressWarnings("unchecked") // a route has events of its class alone
  public <E> List<E> history(Class<E> type) {
    return (List<E>) List.copyOf(registry.history(type));
  }

  /** The figures of this moment. */
  public EventsSnapshot snapshot() {
    return registry.snapshot();
  }

  void look() {
    for (Target target : registry.targets()) {
      target.complaints.look();
      if (target instanceof Queued queued) {
        queued.crew.look(hub.ticker().nanos());
      }
    }
  }

  /**
   * Refuses every event from now on, lets subscribers handle what they have been given, for as long
   * as {@code budget}, then drops what waits and interrupts what runs, gives that half a second at
   * most, and reports. A subscriber that calls it is not waited for. Further calls wait for the
   * first and return its report, or if a subscriber makes them that the first waits for, the report
   * of that moment.
   */
  public EventsReport close(Duration budget) {
    return closing.close(Deadline.in(Objects.requireNonNull(budget, "budget")));
  }

  /** As {@link #close(Duration)}, without waiting for what still waits. */
  @Override
  public void close() {
    var _ = close(Duration.ZERO);
  }
}
