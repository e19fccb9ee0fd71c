package dev.weir.pool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes when a pool logged in, and how that went. */
final class Logins implements PoolListener {

  private final List<Long> times = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  @Override
  public void connected(long nanos) {
    times.add(System.nanoTime());
  }

  @Override
  public void connectFailed(String sqlState) {
    times.add(System.nanoTime());
    refused.add(sqlState);
  }

  /** All tries. */
  int tries() {
    return times.size();
  }

  /** SQLSTATEs of those that failed. */
  List<String> refused() {
    return refused;
  }

  /** The most tries that ended within one second, of those after the first few. */
  int mostInASecond(int after) {
    List<Long> all = times.stream().skip(after).sorted().toList(); // more may come meanwhile
    int most = 0;
    for (int first = 0, last = 0; last < all.size(); last++) {
      while (all.get(last) - all.get(first) > 1_000_000_000L) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
