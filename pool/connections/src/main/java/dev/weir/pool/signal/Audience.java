package dev.weir.pool.signal;

import dev.weir.tasks.spi.Signals.Listener;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who listens to which channel. Safe for use by many threads. */
final class Audience {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  private final Map<String, List<Seat>> seats = new ConcurrentHashMap<>();

  /** One listener, and whether it has been told to look for itself since the line was up. */
  static final class Seat {

    private final Listener listener;

    /** Of the listening thread alone. */
    private boolean synced;

    Seat(Listener listener) {
      this.listener = listener;
    }

    private void call(String channel, Consumer<Listener> word) {
      try {
        word.accept(listener);
      } catch (Throwable failure) {
        LOG.warn("A listener of channel '{}' threw; it will be called again.", channel, failure);
      }
    }
  }

  Seat add(String channel, Listener listener) {
    var seat = new Seat(listener);
    seats.compute(
        channel,
        (_, known) -> {
          List<Seat> all = known == null ? new CopyOnWriteArrayList<>() : known;
          all.add(seat);
          return all;
        });
    return seat;
  }

  void remove(String channel, Seat seat) {
    seats.computeIfPresent(
        channel,
        (_, all) -> {
          all.remove(seat);
          return all.isEmpty() ? null : all;
        });
  }

  boolean isEmpty() {
    return seats.isEmpty();
  }

  /** The channels that somebody listens to. */
  Set<String> channels() {
    return Set.copyOf(seats.keySet());
  }

  /** The line was cut: everybody may have missed something. */
  void lost() {
    seats.values().forEach(all -> all.forEach(seat -> seat.synced = false));
  }

  /** Tells those who came or were cut off, now that the line hears these channels. */
  void sync(Set<String> heard) {
    for (String channel : heard) {
      for (Seat seat : seats.getOrDefault(channel, List.of())) {
        if (!seat.synced) {
          seat.synced = true;
          seat.call(channel, Listener::resync);
        }
      }
    }
  }

  /** Passes a word on. */
  void hear(String channel, String payload) {
    for (Seat seat : seats.getOrDefault(channel, List.of())) {
      if (seat.synced) {
        seat.call(channel, listener -> listener.signal(payload));
      }
    }
  }
}
