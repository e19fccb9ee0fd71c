package dev.weir.monitoring.slo;

import dev.weir.monitoring.slo.window.Counts;
import dev.weir.monitoring.slo.window.Ring;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One objective and its windows: what this process has counted, and what others have, as far as
 * they are known. Safe for use by many threads; its lock is never held over a call to the outside.
 */
final class Tracker {

  private static final Duration HOUR = Duration.ofHours(1);

  private final Slo slo;
  private final SloTime time;
  private final @Nullable Latencies latencies;
  private final Tally tally;
  private final Ring own;
  private Ring others;
  private Counts seen = Counts.NONE;

  Tracker(Slo slo, SloTime time) {
    long now = time.seconds();
    this.slo = slo;
    this.time = time;
    this.latencies = slo.isAboutLatency() ? new Latencies(now) : null;
    this.tally = new Tally(slo.bound(), latencies);
    this.own = new Ring(now);
    this.others = new Ring(now);
  }

  Slo slo() {
    return slo;
  }

  Tally tally() {
    return tally;
  }

  /** Puts what was counted since the last time into the windows. */
  synchronized void tick() {
    collect(time.seconds());
  }

  private void collect(long now) {
    Counts all = tally.sum();
    own.add(now, new Counts(all.good() - seen.good(), all.bad() - seen.bad()));
    seen = all;
    if (latencies != null) {
      latencies.collect(now);
    }
  }

  synchronized SloReport report() {
    long now = time.seconds();
    collect(now);
    Counts all = sum(now, slo.window());
    double left = 1 - all.badShare() / (1 - slo.target());
    return new SloReport(
        slo,
        all.good(),
        all.bad(),
        seen.good(),
        seen.bad(),
        coverage(now, slo.window()),
        left,
        exhaustion(left, rate(sum(now, HOUR))),
        slo.rules().stream().map(rule -> burn(now, rule)).toList(),
        latencies == null ? Optional.empty() : latencies.quantiles());
  }

  private Burn burn(long now, BurnRule rule) {
    Counts over = sum(now, rule.longWindow());
    double longRate = rate(over);
    double shortRate = rate(sum(now, rule.shortWindow()));
    double factor = rule.factor(slo.target());
    boolean firing =
        over.bad() >= slo.leastFailures()
            && longRate * coverage(now, rule.longWindow()) >= factor
            && shortRate * coverage(now, rule.shortWindow()) >= factor;
    return new Burn(
        rule,
        longRate,
        shortRate,
        coverage(now, rule.longWindow()),
        over.total(),
        over.bad(),
        firing);
  }

  /** The next hours are as the last one: at rate 1 a whole budget lasts as long as the window. */
  private Optional<Duration> exhaustion(double left, double rate) {
    if (left <= 0) {
      return Optional.of(Duration.ZERO);
    }
    double seconds = left * slo.window().toSeconds() / rate;
    return rate == 0 ? Optional.empty() : Optional.of(Duration.ofMillis((long) (seconds * 1000)));
  }

  private double rate(Counts counts) {
    return counts.badShare() / (1 - slo.target());
  }

  private Counts sum(long now, Duration window) {
    return own.sum(now, window).plus(others.sum(now, window));
  }

  private double coverage(long now, Duration window) {
    long seconds = now - Math.min(own.since(), others.since());
    return Math.min(1, (double) seconds / window.toSeconds());
  }

  /** What this process has counted, as bytes of its ring. */
  synchronized byte[] bytes() {
    collect(time.seconds());
    return own.bytes();
  }

  /** As {@link #bytes()} will be once these are adopted. */
  byte[] bytesWith(List<Ring> rings) {
    Ring all = Ring.of(bytes()).orElseThrow();
    rings.forEach(ring -> all.add(time.seconds(), ring));
    return all.bytes();
  }

  /** Takes over what a process that is no more has counted. */
  synchronized void adopt(Ring ring) {
    own.add(time.seconds(), ring);
  }

  /** Somebody has taken over what this one had saved: it counts for others now. */
  synchronized void handOver(Ring saved) {
    own.subtract(time.seconds(), saved);
  }

  /** What processes beside this one have counted. */
  synchronized void others(List<Ring> rings) {
    long now = time.seconds();
    var all = new Ring(now);
    rings.forEach(ring -> all.add(now, ring));
    others = all;
  }
}
