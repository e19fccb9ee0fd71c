package dev.weir.pool.socket;

import java.util.EnumMap;
import java.util.IntSummaryStatistics;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How old the sockets are and how often they are used. Immutable.
 *
 * @param open sockets looked at
 * @param oldestSeconds age of the oldest, to a quarter of a second
 * @param totalSeconds all their ages together
 * @param borrows how often they were borrowed, all together
 * @param ever what has happened since the start
 */
public record Wear(int open, double oldestSeconds, double totalSeconds, long borrows, Ever ever) {

  /** Nothing is known. */
  public static final Wear UNKNOWN = new Wear(0, 0, 0, 0, new Ever(0, 0, Map.of(), 0));

  /**
   * What has happened since the start.
   *
   * @param opened sockets opened
   * @param lost those that were lost in use or found dead
   * @param departed sockets that left, by reason
   * @param epoch how often a loss has made all others doubtful
   */
  public record Ever(long opened, long lost, Map<Departure, Long> departed, int epoch) {}

  /** That of these and those together; the epochs are counted together, too. */
  public Wear and(Wear others) {
    var departed = new EnumMap<Departure, Long>(Departure.class);
    departed.putAll(ever.departed());
    others.ever.departed().forEach((why, many) -> departed.merge(why, many, Long::sum));
    return new Wear(
        open + others.open,
        Math.max(oldestSeconds, others.oldestSeconds),
        totalSeconds + others.totalSeconds,
        borrows + others.borrows,
        new Ever(
            ever.opened + others.ever.opened,
            ever.lost + others.ever.lost,
            Map.copyOf(departed),
            ever.epoch + others.ever.epoch));
  }

  /** That of those in these slots; the time is that of their pool, in ticks. */
  static Wear of(Slots slots, int now, Ever ever) {
    var ages = new IntSummaryStatistics();
    var borrows = new LongAdder();
    slots.forEach(
        one -> {
          ages.accept(now - one.stamps().opened);
          borrows.add(one.loan().number());
        });
    double second = 1e9 / Lifetimes.TICK.toNanos();
    return new Wear(
        (int) ages.getCount(),
        ages.getCount() == 0 ? 0 : ages.getMax() / second,
        ages.getSum() / second,
        borrows.sum(),
        ever);
  }
}
