package dev.weir.pool.adapt;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What limit would be better, told from what was seen under one that nobody moves. More careful
 * than {@link LimitLoop}, which may try. Safe for use by many threads.
 */
public final class LimitAdvice {

  private static final int ENOUGH_SECONDS = 30;
  private static final double SOMETIMES = 10;
  private static final double SPARE = 1.2;
  private static final double FAR = 1.5;

  private final LoadHistory history;

  /** One that knows this history. */
  public LimitAdvice(LoadHistory history) {
    this.history = history;
  }

  /**
   * What to do about the limit.
   *
   * @param limit the one that there is
   * @param within how far it may go
   * @param kept permits that nobody but their lane may have
   */
  public Move advise(int limit, Bounds within, int kept) {
    if (history.seconds() < ENOUGH_SECONDS) {
      return new Move(
          limit, limit, "it has been watched for less than %d s".formatted(ENOUGH_SECONDS));
    }
    double waited = history.waited(ENOUGH_SECONDS);
    double once = history.shortLatency();
    if (once == 0) {
      return new Move(limit, limit, "too few calls end in a second to tell");
    }
    if (waited < SOMETIMES) {
      return new Move(limit, limit, "callers hardly ever wait, so it bounds nothing");
    }
    double knee = Knee.little(history);
    int better = within.clamp(kept + Math.ceil(SPARE * knee));
    String figures = figures(waited, once, knee);
    return limit > FAR * better
        ? new Move(limit, better, figures + ": the others wait inside the server")
        : new Move(limit, limit, figures + ": it is not far from that");
  }

  private String figures(double waited, double once, double knee) {
    OptionalDouble peak = Knee.scalability(history);
    return String.format(
        Locale.ROOT,
        "callers waited in %.0f %% of the last %d s; %.0f calls a second take %.1f ms each, and took %.1f ms in better times, so that %.1f at once do all that is done (Little's law%s)",
        waited,
        ENOUGH_SECONDS,
        history.rate(ENOUGH_SECONDS),
        1e3 * history.latency(ENOUGH_SECONDS),
        1e3 * once,
        knee,
        peak.isPresent()
            ? String.format(Locale.ROOT, "; %.0f by the scalability law", peak.getAsDouble())
            : "");
  }
}
