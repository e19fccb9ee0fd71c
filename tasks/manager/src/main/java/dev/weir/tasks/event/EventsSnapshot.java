package dev.weir.tasks.event;

import java.util.List;
import java.util.Map;

/**
 * A bus's figures, counted since its start. Immutable.
 *
 * @param published events published
 * @param unheard those of them that nobody had subscribed to
 * @param byType those published, by the name of their class; "(others)" for all beyond the first
 *     thousand
 * @param subscriptions the open ones, in the order of their subscription
 */
public record EventsSnapshot(
    long published,
    long unheard,
    Map<String, Long> byType,
    List<SubscriptionSnapshot> subscriptions) {

  /** Copies the map and the list. */
  public EventsSnapshot {
    byType = Map.copyOf(byType);
    subscriptions = List.copyOf(subscriptions);
  }
}
