package dev.weir.monitoring.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * For how long replicas have been behind, told from positions alone: what was there to be replayed
 * at one look and has not been at a later one is at least as late as the time between the two. The
 * commit times that the servers tell cannot say that: on an idle primary the last one grows old
 * though nothing is missing, and two machines' clocks differ. For one thread.
 */
final class Backlog {

  private final LongSupplier nanos;
  private final Map<String, Mark> marks = new HashMap<>();

  Backlog(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** A position that was to be replayed, and since when that is known. */
  private record Mark(long position, long since) {}

  /**
   * One look at a replica.
   *
   * @param head how far there is something to replay
   * @param replayed how far it has been
   * @return how late it is at least; less than the truth by the time between two looks at most
   */
  Duration late(String replica, long head, long replayed) {
    if (replayed >= head) {
      marks.remove(replica);
      return Duration.ZERO;
    }
    long now = nanos.getAsLong();
    Mark mark = marks.get(replica);
    if (mark == null || replayed >= mark.position()) {
      marks.put(replica, new Mark(head, now));
      return Duration.ZERO;
    }
    return Duration.ofNanos(now - mark.since());
  }

  /** Forgets all but these. */
  void keep(Set<String> replicas) {
    marks.keySet().retainAll(replicas);
  }
}
