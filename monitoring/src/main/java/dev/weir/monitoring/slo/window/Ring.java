package dev.weir.monitoring.slo.window;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Good and bad calls of the last ninety days in fixed memory, about 8.9 KB: in slots of 5 s for 5
 * min, of a minute for an hour, of 5 min for 6 h, of an hour for 7 days and of 12 h for 90 days.
 *
 * <p>The sum of a window is that of the slot under way and of as many whole ones before it as the
 * window is long, from the finest slots that reach so far. So it holds all of the window and at
 * most one slot more: 5 s of 5 min (1.7 %), a minute of 30 min (3.3 %) or of 1 h (1.7 %), 5 min of
 * 2 h (4.2 %) or of 6 h (1.4 %), an hour of 1 d (4.2 %) or of 3 d (1.4 %), 12 h of 30 d (1.7 %);
 * the worst is 12 h of a window just above 7 d (7.1 %).
 *
 * <p>Moments are seconds since 1970. One that lies before those seen already counts as the latest
 * seen; one far ahead empties what lies between. Not safe for use by many threads.
 */
public final class Ring {

  /** The longest window. */
  public static final Duration LONGEST = Duration.ofDays(90);

  private static final int VERSION = 1;
  private static final int MINUTE = 60;
  private static final int HOUR = 60 * MINUTE;

  private final List<Tier> tiers;
  private long since;

  /** An empty one that begins at this moment. */
  public Ring(long now) {
    since = now;
    tiers =
        List.of(
            new Tier(5, 61, now),
            new Tier(MINUTE, 61, now),
            new Tier(5 * MINUTE, 73, now),
            new Tier(HOUR, 169, now),
            new Tier(12 * HOUR, 181, now));
  }

  /** The moment from which on calls were counted. */
  public long since() {
    return since;
  }

  /** Counts these as of now. */
  public void add(long now, Counts more) {
    for (Tier tier : tiers) {
      tier.advance(now);
      tier.add(more);
    }
  }

  /**
   * What was counted in the last so many seconds, and a slot more at most.
   *
   * @throws IllegalArgumentException if the window is longer than 90 days
   */
  public Counts sum(long now, Duration window) {
    long seconds = window.toSeconds();
    Tier tier = tier(seconds);
    tier.advance(now);
    return tier.sum(seconds);
  }

  /** How much longer than asked for a window may be, at most. */
  public static Duration slot(Duration window) {
    return Duration.ofSeconds(new Ring(0).tier(window.toSeconds()).width());
  }

  private Tier tier(long seconds) {
    return tiers.stream()
        .filter(tier -> seconds <= tier.span())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a window of more than 90 days"));
  }

  /** Adds what another has counted; what it has counted after {@code now} is taken as of now. */
  public void add(long now, Ring other) {
    merge(now, other, 1);
    since = Math.min(since, other.since);
  }

  /** Takes away what another had counted, which was once a part of this. */
  public void subtract(long now, Ring other) {
    merge(now, other, -1);
    tiers.forEach(Tier::floorAtZero);
  }

  private void merge(long now, Ring other, int sign) {
    for (int i = 0; i < tiers.size(); i++) {
      tiers.get(i).advance(now);
      tiers.get(i).merge(other.tiers.get(i), sign);
    }
  }

  /** All of it as bytes, for {@link #of}. */
  public byte[] bytes() {
    ByteBuffer all = ByteBuffer.allocate(size());
    all.putInt(VERSION).putLong(since);
    tiers.forEach(tier -> tier.write(all));
    return all.array();
  }

  /** The ring of these bytes; empty if they are none of one, or of one of another shape. */
  public static Optional<Ring> of(byte[] bytes) {
    var ring = new Ring(0);
    ByteBuffer all = ByteBuffer.wrap(bytes);
    if (bytes.length != ring.size() || all.getInt() != VERSION) {
      return Optional.empty();
    }
    ring.since = all.getLong();
    ring.tiers.forEach(tier -> tier.read(all));
    return Optional.of(ring);
  }

  private int size() {
    return Integer.BYTES + Long.BYTES + tiers.stream().mapToInt(Tier::bytes).sum();
  }
}
