package dev.weir.monitoring.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Names that have series of their own: the first so many; all others share {@link #OTHER}. Safe for
 * use by many threads.
 */
final class Names {

  static final String OTHER = "other";

  private final int most;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final LongAdder refused = new LongAdder();

  Names(int most) {
    this.most = most;
  }

  /** The name, if it is one of those, or else {@link #OTHER}. */
  String of(String name) {
    return known.contains(name) ? name : add(name);
  }

  private String add(String name) {
    if (known.size() < most && addUpToBound(name)) {
      return name;
    }
    refused.increment();
    return OTHER;
  }

  private synchronized boolean addUpToBound(String name) {
    return known.contains(name) || (known.size() < most && known.add(name));
  }

  /** How often a name was not given a series of its own. */
  long refused() {
    return refused.sum();
  }
}
