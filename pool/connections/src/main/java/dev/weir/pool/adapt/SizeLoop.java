package dev.weir.pool.adapt;

import java.util.Locale;

/**
 * The slow loop: how many connections to have. It looks once a second at what was needed.
 *
 * <p>It goes up by half when callers have waited for most of ten seconds and more of them would be
 * let in, at most every half minute; not if calls already take longer than they did with fewer of
 * them under way. It goes down to what was enough in 95 of 100 seconds and a fifth more when less
 * than 60 % were needed and nobody waited for five minutes; from there it goes back to the usual
 * number at once when callers wait again, so that a rest costs the next rush two seconds at most.
 * For one thread.
 */
public final class SizeLoop {

  /** It goes down by what was needed in so many seconds. */
  static final int CALM = 300;

  /** It goes up by what was wanted in so many seconds. */
  static final int BUSY = 10;

  private static final int PAUSE = 30;
  private static final double STEP = 1.5;
  private static final double SPARE = 1.2;
  private static final double FULL = 0.6;
  private static final double MOSTLY = 70;
  private static final double HARDLY = 1;
  private static final double IN_THE_WAY = 1.5;

  private final LoadHistory history;
  private int sinceMove = PAUSE;

  /**
   * How far it may go. Immutable.
   *
   * @param bounds the least and the most
   * @param usual what was asked for; it may go below that, but not stay there under load
   */
  public record Range(Bounds bounds, int usual) {}

  /** One that decides by this history. */
  public SizeLoop(LoadHistory history) {
    this.history = history;
  }

  /**
   * A second has passed: what to do after it. Whoever does it says so by {@link #moved}.
   *
   * @param size connections there may be now
   * @param within how far they may go now
   * @param wanted whether more callers would be let in, were there connections for them
   */
  public Move look(int size, Range within, boolean wanted) {
    sinceMove++;
    return advise(size, within, wanted);
  }

  /** The same, asked between two seconds. */
  public Move advise(int size, Range range, boolean wanted) {
    Bounds within = range.bounds();
    if (size > within.most()) {
      return new Move(
          size, within.most(), "only %d may be had at present".formatted(within.most()));
    }
    if (size < within.least()) {
      return new Move(size, within.least(), "at least %d are wanted".formatted(within.least()));
    }
    int usual = Math.min(range.usual(), within.most());
    if (size < usual && wanted && history.waited(1) > 0) {
      return new Move(size, usual, "callers wait again");
    }
    if (history.seconds() < BUSY) {
      return new Move(size, size, "it has been watched for less than %d s".formatted(BUSY));
    }
    double waited = history.waited(BUSY);
    return waited >= MOSTLY ? more(size, within, wanted, waited) : fewer(size, within);
  }

  private Move more(int size, Bounds within, boolean wanted, double waited) {
    String busy = "callers waited in %.0f %% of the last %d s".formatted(waited, BUSY);
    double now = history.latency(BUSY);
    double once = history.shortLatency();
    if (!wanted) {
      return new Move(
          size,
          size,
          busy + ", but the limit of callers let in is lower: not for a lack of connections");
    }
    if (once > 0 && now > IN_THE_WAY * once) {
      return new Move(
          size,
          size,
          String.format(
              Locale.ROOT,
              "%s, but calls take %.1f ms, and %.1f ms in better times: more connections would wait inside the server",
              busy,
              1e3 * now,
              1e3 * once));
    }
    if (size == within.most()) {
      return new Move(
          size, size, "%s, but there may be no more than %d".formatted(busy, within.most()));
    }
    if (sinceMove < PAUSE) {
      return new Move(
          size,
          size,
          "%s; it was changed %d s ago, and waits for %d".formatted(busy, sinceMove, PAUSE));
    }
    int next = within.clamp(Math.max(size + 1, Math.ceil(size * STEP)));
    return new Move(size, next, busy + " while all connections were in use");
  }

  private Move fewer(int size, Bounds within) {
    int needed = history.needed(CALM);
    int enough = within.clamp(Math.ceil(SPARE * needed));
    if (history.seconds() < CALM || sinceMove < CALM) {
      return new Move(
          size,
          size,
          "hardly anybody waits; whether fewer would do is judged by %d s without a change"
              .formatted(CALM));
    }
    boolean spare = needed < FULL * size && enough < size && history.waited(CALM) <= HARDLY;
    String why =
        "%d of %d connections were enough in 95 %% of the last %d s".formatted(needed, size, CALM);
    return new Move(size, spare ? enough : size, why);
  }

  /** There are as many as it said now. */
  public void moved() {
    sinceMove = 0;
  }
}
