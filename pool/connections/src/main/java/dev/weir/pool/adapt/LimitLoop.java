package dev.weir.pool.adapt;

import dev.weir.pool.adapt.Gain.Verdict;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The fast loop: how many callers to let in.
 *
 * <p>It lets in a little fewer and a little more by turns, each for a fifth of a second, and goes
 * where a percent more callers is worth more than {@link Gain#WORTH} percent more calls; below, it
 * goes down, because those calls would only wait for each other inside the server. So it comes to
 * rest a little above the knee of the server's curve, rests longer and longer, and is woken when
 * calls take another time than before. It does nothing while nobody waits at the gate: then the
 * limit is not what bounds the load. This is a gradient of latency and of throughput at once, by
 * Little's law, and needs no idea of how long a call takes when all is quiet (Vegas, Gradient2 and
 * failsafe's AdaptiveLimiter keep such an idea, and drift with it). For one thread.
 */
public final class LimitLoop {

  private static final double FIRST_STEP = 0.4;
  private static final double LEAST_STEP = 0.1;
  private static final double LEAST_SPREAD = 0.35;
  private static final double LONGER = 1.3;
  private static final double TOLD_APART = 1.03;
  private static final double ANOTHER_TIME = 1.5;
  private static final long FIRST_REST = TimeUnit.SECONDS.toNanos(2);
  private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(16);

  private final RandomGenerator chance;
  private Bounds bounds = new Bounds(1, 1);
  private int centre;
  private int offered;
  private double step = FIRST_STEP;
  private Verdict direction = Verdict.STAY;
  private boolean wanting;
  private int epoch;
  private String said = "nothing has been measured yet, because nobody has had to wait";

  private @Nullable Trial trial;

  /** What is known of the gain around the limit from trials that said to stay. */
  private Gain known = new Gain();

  private long restUntil;
  private long rest = FIRST_REST;
  private @Nullable Window resting;
  private double usual;

  /**
   * One that begins there.
   *
   * @param chance how long rests are, so that many instances do not try at the same time
   */
  public LimitLoop(int limit, RandomGenerator chance) {
    this.centre = limit;
    this.offered = limit;
    this.chance = chance;
  }

  /** What the gate is to have now. */
  public int offered() {
    return offered;
  }

  /** The limit around which it tries. */
  public int limit() {
    return centre;
  }

  /** Whether it would let in more than it may. */
  public boolean isWanting() {
    return wanting;
  }

  /** Why the limit is what it is. */
  public String why() {
    return said;
  }

  /**
   * What was seen now; several times in each fifth of a second.
   *
   * @return the move that it leads to; null if there is none
   */
  public @Nullable Move look(Reading now, Bounds within) {
    if (now.epoch() != epoch) {
      epoch = now.epoch();
      begin();
    }
    if (!within.equals(bounds)) {
      bounds = within;
      centre = within.clamp(centre);
      begin();
    }
    Trial running = trial;
    if (running == null) {
      offered = centre;
      if (now.isBinding() && !isResting(now)) {
        trial = new Trial(now);
      }
      return null;
    }
    return running.look(now);
  }

  /** Forgets what is under way; the limit stays. */
  private void begin() {
    wanting = false;
    known = new Gain();
    trial = null;
    resting = null;
    restUntil = Long.MIN_VALUE;
    rest = FIRST_REST;
    step = FIRST_STEP;
    direction = Verdict.STAY;
    offered = centre;
  }

  private boolean isResting(Reading now) {
    if (restUntil == Long.MIN_VALUE || now.nanos() - restUntil >= 0) {
      resting = null;
      return false;
    }
    Window window = resting;
    if (window == null) {
      resting = new Window(now, 0);
    } else if (window.look(now)) {
      resting = new Window(now, 0);
      return !isAnotherTime(window);
    }
    return true;
  }

  private boolean isAnotherTime(Window window) {
    double ratio = window.isTelling() && usual > 0 ? window.latency() / usual : 1;
    boolean another = ratio > ANOTHER_TIME || ratio < 1 / ANOTHER_TIME;
    if (another) {
      begin();
    }
    return another;
  }

  private void rest(Reading now, long nanos) {
    trial = null;
    resting = null;
    offered = centre;
    restUntil = now.nanos() + (long) (nanos * (0.75 + 0.5 * chance.nextDouble()));
  }

  private @Nullable Move decide(Reading now, Verdict verdict, Trial by) {
    int before = centre;
    if (verdict != Verdict.STAY) {
      double factor = Math.exp(verdict == Verdict.MORE ? step : -step);
      int far = (int) Math.round(before * factor);
      centre =
          bounds.clamp(
              verdict == Verdict.MORE ? Math.max(before + 1, far) : Math.min(before - 1, far));
    }
    wanting = verdict == Verdict.MORE && centre == bounds.most();
    usual = by.latency();
    said = by.text(verdict);
    known = verdict == Verdict.STAY ? known : new Gain();
    if (centre == before) {
      boolean sure = verdict != Verdict.STAY || known.isSure();
      step = sure ? Math.max(LEAST_STEP, step / 2) : step;
      rest = sure ? Math.min(LONGEST_REST, 2 * rest) : FIRST_REST;
      rest(now, rest);
      return null;
    }
    boolean back = direction != Verdict.STAY && direction != verdict;
    direction = verdict;
    rest = FIRST_REST;
    step = back ? Math.max(LEAST_STEP, step / 2) : Math.min(FIRST_STEP, step * LONGER);
    rest(now, back ? rest : 0);
    return new Move(before, centre, said);
  }

  /** A little fewer and a little more by turns, until it is clear what that yields. */
  private final class Trial {

    private final int fewer;
    private final int more;
    private final Gain gain = known;
    private Window window;
    private boolean isMore;
    private boolean isSecond;
    private double otherRate;
    private double otherCallers;
    private double lastLatency = usual;
    private double rates;
    private double latencies;
    private int windows;

    Trial(Reading now) {
      double spread = Math.max(LEAST_SPREAD, Math.min(step, FIRST_STEP));
      int low = bounds.clamp(Math.floor(centre * Math.exp(-spread / 2)));
      int high = bounds.clamp(Math.ceil(centre * Math.exp(spread / 2)));
      if (high == bounds.most()) {
        low = bounds.clamp(Math.min(low, Math.floor(high * Math.exp(-spread))));
      }
      if (low == bounds.least()) {
        high = bounds.clamp(Math.max(high, Math.ceil(low * Math.exp(spread))));
      }
      fewer = low;
      more = high;
      window = begin(now, false);
    }

    private Window begin(Reading now, boolean withMore) {
      boolean same = windows > 0 && withMore == isMore;
      isMore = withMore;
      offered = withMore ? more : fewer;
      long settling = same ? 0 : Math.min(Window.LONGEST, (long) (2e9 * lastLatency));
      return new Window(now, settling);
    }

    @Nullable Move look(Reading now) {
      boolean bound = isMore ? now.inUse() > 0 : now.isBinding();
      if (!bound || fewer == more) {
        rest(now, fewer == more ? FIRST_REST : 0);
        return null;
      }
      return window.look(now) ? over(now) : null;
    }

    private @Nullable Move over(Reading now) {
      if (!window.isTelling()) {
        said = "too few calls end in a second to tell";
        rest(now, FIRST_REST);
        return null;
      }
      windows++;
      rates += window.rate();
      lastLatency = window.latency();
      latencies += lastLatency;
      if (!isSecond) {
        isSecond = true;
        otherRate = window.rate();
        otherCallers = window.callers();
        window = begin(now, !isMore);
        return null;
      }
      isSecond = false;
      return pair(now);
    }

    private @Nullable Move pair(Reading now) {
      double sign = isMore ? 1 : -1;
      double callers = sign * Math.log(window.callers() / otherCallers);
      if (callers < Math.log(TOLD_APART)) {
        said = "all who want to be let in are";
        rest(now, FIRST_REST);
        return null;
      }
      gain.add(sign * Math.log(window.rate() / otherRate), callers);
      Verdict verdict = gain.verdict();
      if (verdict != null) {
        return decide(now, verdict, this);
      }
      window = begin(now, isMore);
      return null;
    }

    double latency() {
      return latencies / Math.max(1, windows);
    }

    String text(Verdict verdict) {
      double percent = 10 * gain.mean();
      return String.format(
          Locale.ROOT,
          "between %d and %d, 10 %% more callers gave %.1f %% %s calls (%.0f/s, %.1f ms each): %s",
          fewer,
          more,
          Math.abs(percent),
          percent < 0 ? "fewer" : "more",
          rates / Math.max(1, windows),
          1e3 * latency(),
          switch (verdict) {
            case MORE -> "the server can do more";
            case FEWER -> "they wait for each other inside the server";
            case STAY -> "it is where it should be";
          });
    }
  }
}
