package dev.weir.monitoring;

import org.jspecify.annotations.Nullable;

/**
 * What counts as somebody's health: it changes only after enough findings in a row that are all
 * worse, or all better, and then to the mildest change that all of them bear out. Immutable.
 *
 * @param health what counts
 * @param towards the finding to which the last ones would change it; null if there is none
 * @param inARow how many have said so
 */
record Settled(Health health, @Nullable Health towards, int inARow) {

  /**
   * How many findings in a row it takes.
   *
   * @param fall to a worse status, or to unknown
   * @param rise to a better one
   */
  record Steps(int fall, int rise) {

    int to(Health.Status status, int way) {
      return way > 0 || status == Health.Status.UNKNOWN ? fall : rise;
    }
  }

  static Settled on(Health health) {
    return new Settled(health, null, 0);
  }

  Settled after(Health found, Steps steps) {
    int way = found.status().compareTo(health.status());
    if (way == 0) {
      return on(found);
    }
    Health next = found;
    int count = 1;
    if (towards != null && towards.status().compareTo(health.status()) > 0 == way > 0) {
      next = milder(towards, found);
      count = inARow + 1;
    }
    return count >= steps.to(next.status(), way) ? on(next) : new Settled(health, next, count);
  }

  /** Of two on the same side the one that is nearer; of equals the later. */
  private Health milder(Health earlier, Health later) {
    int toEarlier = Math.abs(earlier.status().compareTo(health.status()));
    int toLater = Math.abs(later.status().compareTo(health.status()));
    return toEarlier < toLater ? earlier : later;
  }

  /** What is not settled yet, for people; empty if there is no such thing. */
  String unsettled(Steps steps) {
    if (towards == null) {
      return "";
    }
    int way = towards.status().compareTo(health.status());
    return "%s, %d of %d".formatted(towards.status(), inARow, steps.to(towards.status(), way));
  }
}
