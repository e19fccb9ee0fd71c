package dev.weir.pool.socket;

import static java.util.function.Function.identity;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts why sockets left. Safe for use by many threads. */
final class Departures {

  private final Map<Departure, LongAdder> counts =
      Arrays.stream(Departure.values())
          .collect(Collectors.toUnmodifiableMap(identity(), _ -> new LongAdder()));

  void count(Departure why) {
    Objects.requireNonNull(counts.get(why)).increment();
  }

  /** Each reason, those of which there was none too. */
  Map<Departure, Long> all() {
    return counts.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, one -> one.getValue().sum()));
  }
}
