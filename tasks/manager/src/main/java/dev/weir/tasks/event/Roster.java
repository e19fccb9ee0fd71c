package dev.weir.tasks.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who is given the events of one class, from one change of the subscriptions to the next, and how
 * many those are.
 *
 * <p>Each publisher enters by counting itself. Who retires a roster sets the count to something far
 * below zero and gets the exact number of those who had entered; whoever comes later sees that, and
 * goes to the next roster. So nothing needs to be counted for each subscriber.
 */
final class Roster {

  /** Of a bus that is closed. */
  static final Roster NOBODY = new Roster(List.of(), 0);

  private static final long RETIRED = Long.MIN_VALUE / 2;

  static {
    var _ = NOBODY.retire();
  }

  final Queued[] queued;
  final Direct[] direct;

  /** The number of its first event among those of its class. */
  final long first;

  private final AtomicLong entered = new AtomicLong();

  Roster(List<Target> targets, long first) {
    this.first = first;
    List<Queued> behind = new ArrayList<>();
    List<Direct> called = new ArrayList<>();
    for (Target target : targets) {
      switch (target) {
        case Queued one -> behind.add(one);
        case Direct one -> called.add(one);
      }
    }
    called.sort(Comparator.comparingInt((Direct it) -> it.priority).reversed());
    this.queued = behind.toArray(Queued[]::new);
    this.direct = called.toArray(Direct[]::new);
  }

  /** The number of this event on this roster; below zero if it is retired. */
  long enter() {
    return entered.getAndIncrement();
  }

  /** Lets nobody enter any more; returns how many have. */
  long retire() {
    return entered.getAndSet(RETIRED);
  }

  /** How many have entered so far. */
  long count() {
    return Math.max(0, entered.get());
  }

  boolean isEmpty() {
    return queued.length + direct.length == 0;
  }

  /** All, in the order in which they are given an event. */
  List<Target> targets() {
    List<Target> all = new ArrayList<>(List.of(queued));
    all.addAll(List.of(direct));
    return all;
  }

  /**
   * Gives it to all: first to the queues, which takes no time, then to those who are called, then
   * to the queues that were full and whose policy is to wait.
   */
  void give(Object event, Hub hub, boolean measured) {
    Late late = null;
    if (queued.length > 0) {
      Object item = Parcel.of(event, Luggage.pack(hub.carriers()));
      for (Queued one : queued) {
        if (!one.offer(item)) {
          late = new Late(one, item, late);
        }
      }
    }
    for (Direct one : direct) {
      var _ = measured ? one.measure(event) : one.give(event);
    }
    Late.offer(late);
  }

  /** As {@link #give}, with a receipt for each. */
  Receipts giveForReceipts(Object event, Hub hub) {
    var receipts = new Receipts(targets());
    Luggage luggage = Luggage.pack(hub.carriers());
    Late late = null;
    for (int i = 0; i < queued.length; i++) {
      Object item = new Parcel(event, luggage, receipts.at(i));
      if (!queued[i].offer(item)) {
        late = new Late(queued[i], item, late);
      }
    }
    for (int i = 0; i < direct.length; i++) {
      receipts.at(queued.length + i).settle(direct[i].give(event));
    }
    Late.offer(late);
    return receipts;
  }

  /** A queue that was full, and those before it. */
  private record Late(Queued queued, Object item, @Nullable Late others) {
    static void offer(@Nullable Late all) {
      for (Late late = all; late != null; late = late.others) {
        late.queued.offerInTime(late.item);
      }
    }
  }
}
