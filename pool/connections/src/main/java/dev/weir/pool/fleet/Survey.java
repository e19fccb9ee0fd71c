package dev.weir.pool.fleet;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an instance saw at one moment. Immutable.
 *
 * @param open connections that the server has for everybody: {@code max_connections} less those
 *     reserved
 * @param others what the others of the fleet claim
 */
record Survey(int open, List<Claim> others) {

  private static final int KEPT_PERCENT = 10;

  Survey {
    others = List.copyOf(others);
  }

  /** What the fleet shares: a tenth is left to people, migrations and newcomers. */
  int budget() {
    return (int) ((long) Math.max(0, open) * (100 - KEPT_PERCENT) / 100);
  }

  /** What the others leave of the budget; below 0 if they claim more. */
  int left() {
    return budget() - others.stream().mapToInt(Claim::connections).sum();
  }

  /** The part of the budget that is due to an instance of that weight beside the others. */
  int share(int weight) {
    long all = weight + others.stream().mapToLong(Claim::weight).sum();
    return (int) ((long) budget() * weight / all);
  }

  /** Who the others are. */
  Set<String> ids() {
    return others.stream().map(Claim::id).collect(Collectors.toUnmodifiableSet());
  }
}
