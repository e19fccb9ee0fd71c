package dev.weir.tasks.event;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One subscriber's figures, counted since its subscription unless they say "now". Immutable.
 *
 * <p>At rest, offered = delivered + failed + the sum of dropped.
 *
 * @param name what it is called
 * @param type what it hears of
 * @param offered events published that are of its type
 * @param delivered events that it handled without a failure
 * @param failed events for which it threw
 * @param timedOut events for which it was interrupted; also counted by what came of that
 * @param dropped events that it was not given, by reason; reasons without one are left out
 * @param queued events that wait for it now
 * @param capacity events that may wait for it; 0 if it has no queue
 * @param workers threads that handle its events now; 0 if it has no queue
 * @param isolated whether it is left in peace now because it failed too often
 * @param meanTime its time for one event, by every 64th; empty while none was measured
 */
public record SubscriptionSnapshot(
    String name,
    Class<?> type,
    long offered,
    long delivered,
    long failed,
    long timedOut,
    Map<DropReason, Long> dropped,
    int queued,
    int capacity,
    int workers,
    boolean isolated,
    Optional<Duration> meanTime) {

  /** Copies the map. */
  public SubscriptionSnapshot {
    dropped = Map.copyOf(dropped);
  }

  /** All that it was not given. */
  public long lost() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }
}
