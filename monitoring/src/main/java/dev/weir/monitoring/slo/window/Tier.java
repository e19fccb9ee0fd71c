package dev.weir.monitoring.slo.window;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Counts in slots of one width, the newest so many of them. A slot is found by its number, the
 * seconds of its beginning divided by its width. Not safe for use by many threads.
 */
final class Tier {

  private static final int PAIR = 2;

  private final int width;
  private final int slots;

  /** Good and bad in turn; a slot's place is its number modulo their count. */
  private final long[] counts;

  private long newest;

  Tier(int width, int slots, long now) {
    this.width = width;
    this.slots = slots;
    this.counts = new long[slots * PAIR];
    this.newest = Math.floorDiv(now, (long) width);
  }

  /** The longest window of which every slot is kept. */
  long span() {
    return (long) width * (slots - 1);
  }

  int width() {
    return width;
  }

  int bytes() {
    return Long.BYTES * (1 + counts.length);
  }

  /** A moment before the newest slot belongs to that one: time does not run backwards here. */
  void advance(long now) {
    long number = Math.floorDiv(now, (long) width);
    long steps = Math.min(number - newest, slots);
    for (long i = 1; i <= steps; i++) {
      int place = place(number - steps + i);
      counts[place] = 0;
      counts[place + 1] = 0;
    }
    newest = Math.max(newest, number);
  }

  void add(Counts more) {
    add(newest, more);
  }

  private void add(long number, Counts more) {
    int place = place(number);
    counts[place] += more.good();
    counts[place + 1] += more.bad();
  }

  /** The newest slot and as many whole ones before it as fit into so many seconds. */
  Counts sum(long seconds) {
    long before = Math.min(slots - 1, Math.ceilDiv(seconds, (long) width));
    long good = 0;
    long bad = 0;
    for (long number = newest - before; number <= newest; number++) {
      int place = place(number);
      good += counts[place];
      bad += counts[place + 1];
    }
    return new Counts(good, bad);
  }

  private int place(long number) {
    return Math.floorMod(number, slots) * PAIR;
  }

  /** Adds what another of the same shape holds; what is newer than this one's newest goes there. */
  void merge(Tier other, int sign) {
    for (long number = other.newest - slots + 1; number <= other.newest; number++) {
      if (number > newest - slots) {
        int place = other.place(number);
        long good = sign * other.counts[place];
        long bad = sign * other.counts[place + 1];
        add(Math.min(number, newest), new Counts(good, bad));
      }
    }
  }

  /** Nothing is negative, whatever was taken away. */
  void floorAtZero() {
    Arrays.setAll(counts, i -> Math.max(0, counts[i]));
  }

  void write(ByteBuffer to) {
    to.putLong(newest);
    to.asLongBuffer().put(counts);
    to.position(to.position() + counts.length * Long.BYTES);
  }

  void read(ByteBuffer from) {
    newest = from.getLong();
    from.asLongBuffer().get(counts);
    from.position(from.position() + counts.length * Long.BYTES);
  }
}
