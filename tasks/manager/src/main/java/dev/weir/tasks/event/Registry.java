package dev.weir.tasks.event;

import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.LaneSettings;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who has subscribed to what. A publisher finds its roster by the class of its event, without a
 * lock; the lock is for changes and figures.
 *
 * <p>The classes keep the routes and this keeps them weakly, so that a class can be unloaded; what
 * was counted on its way is kept.
 */
final class Registry {

  private static final int MOST_TYPES = 1_000;
  private static final String OTHERS = "(others)";

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Target> targets = new ArrayList<>();
  private final List<Known> known = new ArrayList<>();
  private final int remembered;
  private final Map<String, Long> publishedBefore = new HashMap<>();
  private long unheardBefore;
  private boolean closed;

  /** A route, and the roster that it had when it was last seen. */
  private static final class Known {
    final WeakReference<Route> route;
    final String type;
    Roster roster;

    Known(Route route) {
      this.route = new WeakReference<>(route);
      this.type = route.type.getName();
      this.roster = route.roster;
    }
  }

  private final ClassValue<Route> routes =
      new ClassValue<>() {
        @Override
        protected Route computeValue(Class<?> type) {
          return routeFor(type);
        }
      };

  Registry(int remembered) {
    this.remembered = remembered;
  }

  Route route(Class<?> type) {
    return routes.get(type);
  }

  private Route routeFor(Class<?> type) {
    lock.lock();
    try {
      if (closed) {
        return new Route(type, Roster.NOBODY, 0);
      }
      var route = new Route(type, new Roster(targetsOf(type), 0), remembered);
      known.add(new Known(route));
      return route;
    } finally {
      lock.unlock();
    }
  }

  private List<Target> targetsOf(Class<?> type) {
    return targets.stream().filter(it -> it.type().isAssignableFrom(type)).toList();
  }

  /**
   * Returns when a change that is under way has been made.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the bus is closed
   */
  void awaitChange() {
    lock.lock();
    try {
      refuseIfClosed();
    } finally {
      lock.unlock();
    }
  }

  private void refuseIfClosed() {
    if (closed) {
      Gate shut = Gate.open("events", 0, List.of(LaneSettings.named("publish")));
      shut.close();
      shut.lane("publish").acquire(Deadline.NONE); // refused, with a message that says so
    }
  }

  void add(Target target) {
    lock.lock();
    try {
      refuseIfClosed();
      targets.add(target);
      renew(target);
    } finally {
      lock.unlock();
    }
  }

  void remove(Target target) {
    lock.lock();
    try {
      if (!closed && targets.remove(target)) {
        renew(target);
      }
    } finally {
      lock.unlock();
    }
  }

  private void renew(Target changed) {
    for (Iterator<Known> all = known.iterator(); all.hasNext(); ) {
      Known one = all.next();
      Route route = one.route.get();
      if (route == null) {
        fold(one);
        all.remove();
      } else if (changed.type().isAssignableFrom(route.type)) {
        long next = route.roster.first + fold(one);
        one.roster = new Roster(targetsOf(route.type), next);
        route.roster = one.roster;
      }
    }
  }

  /** Retires it and keeps its count. */
  private long fold(Known known) {
    Roster roster = known.roster;
    long count = roster.retire();
    roster.targets().forEach(it -> it.offeredBefore += count);
    add(publishedBefore, known.type, count);
    unheardBefore += roster.isEmpty() ? count : 0;
    return count;
  }

  /** Refuses every event from now on; returns who had subscribed. */
  List<Target> close() {
    lock.lock();
    try {
      for (Known one : known) {
        fold(one);
        Route route = one.route.get();
        if (route != null) {
          route.roster = Roster.NOBODY;
          route.forget();
        }
      }
      known.clear();
      closed = true;
      return List.copyOf(targets);
    } finally {
      lock.unlock();
    }
  }

  List<Object> history(Class<?> type) {
    Route route = route(Objects.requireNonNull(type, "type"));
    Roster roster = route.roster;
    return route.history(roster.first + roster.count());
  }

  List<Target> targets() {
    lock.lock();
    try {
      return List.copyOf(targets);
    } finally {
      lock.unlock();
    }
  }

  SubscriptionSnapshot snapshot(Target target) {
    return Figures.of(target, offered(target));
  }

  EventsSnapshot snapshot() {
    lock.lock();
    try {
      Map<String, Long> published = new HashMap<>(publishedBefore);
      long unheard = unheardBefore;
      for (Known one : known) {
        add(published, one.type, one.roster.count());
        unheard += one.roster.isEmpty() ? one.roster.count() : 0;
      }
      return new EventsSnapshot(
          published.values().stream().mapToLong(Long::longValue).sum(),
          unheard,
          published,
          targets.stream().map(this::snapshot).toList());
    } finally {
      lock.unlock();
    }
  }

  private static void add(Map<String, Long> counts, String type, long count) {
    boolean own = counts.size() < MOST_TYPES || counts.containsKey(type);
    if (count > 0) {
      counts.merge(own ? type : OTHERS, count, Long::sum);
    }
  }

  private long offered(Target target) {
    lock.lock();
    try {
      return target.offeredBefore
          + known.stream()
              .map(it -> it.roster)
              .filter(it -> isOn(it, target))
              .mapToLong(Roster::count)
              .sum();
    } finally {
      lock.unlock();
    }
  }

  private static boolean isOn(Roster roster, Target target) {
    Target[] all = target instanceof Queued ? roster.queued : roster.direct;
    return Arrays.asList(all).contains(target);
  }
}
