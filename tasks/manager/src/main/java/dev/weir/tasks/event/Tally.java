package dev.weir.tasks.event;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is out of the ordinary with one subscriber, counted. What is ordinary is not: it is what
 * remains, and costs nothing.
 */
final class Tally {

  final LongAdder failed = new LongAdder();
  final LongAdder timedOut = new LongAdder();
  private final Map<DropReason, LongAdder> drops = new EnumMap<>(DropReason.class);
  private final LongAdder measured = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  Tally() {
    for (DropReason reason : DropReason.values()) {
      drops.put(reason, new LongAdder());
    }
  }

  void dropped(DropReason reason) {
    Objects.requireNonNull(drops.get(reason)).increment();
  }

  void took(long time) {
    measured.increment();
    nanos.add(time);
  }

  Map<DropReason, Long> drops() {
    Map<DropReason, Long> found = new EnumMap<>(DropReason.class);
    drops.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            found.put(reason, count.sum());
          }
        });
    return found;
  }

  Optional<Duration> meanTime() {
    long count = measured.sum();
    return count == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos.sum() / count));
  }
}
