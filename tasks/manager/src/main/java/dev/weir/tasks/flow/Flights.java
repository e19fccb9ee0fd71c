package dev.weir.tasks.flow;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which load is under way for which key: one at most. */
final class Flights<K, V extends @Nullable Object> {

  private final ConcurrentHashMap<K, Flight<V>> all = new ConcurrentHashMap<>();

  /** The one under way, without making one. */
  @Nullable Flight<V> find(K key) {
    Flight<V> known = all.get(key);
    return known == null || known.isOver() ? null : known;
  }

  /** The one under way, or the fresh one, which is so from now on. */
  Flight<V> board(K key, Flight<V> fresh) {
    return all.compute(key, (_, known) -> known == null || known.isOver() ? fresh : known);
  }

  /** It is over; leaves one that has taken its place alone. */
  void land(K key, Flight<V> flight) {
    all.remove(key, flight);
  }

  int underWay() {
    return (int) all.values().stream().filter(it -> !it.isOver()).count();
  }
}
