package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Hold;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Mailer;
import dev.weir.benchmarks.load.rivals.Senders;
import dev.weir.benchmarks.load.rivals.Senders.Sender;
import dev.weir.gate.CircuitSnapshot;
import dev.weir.gate.CircuitSnapshot.State;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What retries add to the load of a service that is down. */
final class Outage implements Scenario {

  static final Metric CALLS = new Metric("calls while down", "", 0);
  static final Metric EXTRA = new Metric("extra load", "% of first tries", 1);
  static final Metric REFUSED = new Metric("refused", "% of mails", 1);
  static final Metric OPENED = new Metric("circuit opened", "times", 0);
  static final Metric PROBES = new Metric("probes at once", "", 0);
  static final Metric HEALED = new Metric("closed after the outage", "ms", 0);

  private static final String VARIANT = "200 mails/s";
  private static final int PER_SECOND = 200;
  private static final double MOST_EXTRA = 10;

  @Override
  public String name() {
    return "outage";
  }

  @Override
  public String shows() {
    return "200 mails a second by a mailer that is down for a while (10 s in the long pass) and"
        + " answers in 2 ms: how many of the calls it sees while it is down are retries; three"
        + " tries, pauses of 50 ms to 1 s with full jitter for all";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(CALLS, EXTRA, REFUSED, OPENED, PROBES, HEALED);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 2, 5));
    Duration calm = pass.millis(200, 1_000, 2_000);
    Duration down = pass.millis(600, 5_000, 10_000);
    Duration after = pass.millis(1_500, 3_000, 5_000);
    stage.say("well for %s, down for %s, well for %s".formatted(calm, down, after));
    for (String rival : List.of(Senders.WEIR, Senders.CIRCUIT, Senders.NAIVE)) {
      stage.add(Trial.of(VARIANT, rival, () -> new Run(rival).through(calm, down, after)));
    }
  }

  /** One mailer's good and bad times, and who sends by it. */
  private static final class Run {

    private final Mailer mailer = new Mailer();
    private final String rival;
    private long offered;
    private long refused;
    private double healedAfter = Double.NaN;

    Run(String rival) {
      this.rival = rival;
    }

    Figures through(Duration calm, Duration down, Duration after) {
      try (Sender sender = Senders.of(rival, mailer)) {
        send(sender, calm);
        mailer.down(true);
        send(sender, down);
        mailer.down(false);
        send(sender, after);
        return figures(sender);
      }
    }

    private void send(Sender sender, Duration duration) {
      long start = System.nanoTime();
      long gap = Duration.ofSeconds(1).toNanos() / PER_SECOND;
      for (long next = start; next - start < duration.toNanos(); next += gap) {
        Hold.park(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
        watch(sender, start);
        offered++;
        refused += sender.send() ? 0 : 1;
      }
    }

    private void watch(Sender sender, long since) {
      State state = sender.circuit().map(CircuitSnapshot::state).orElse(State.CLOSED);
      boolean wasOpen = mailer.isGuarded();
      mailer.guarded(state != State.CLOSED);
      if (wasOpen && state == State.CLOSED) {
        healedAfter = (System.nanoTime() - since) / 1e6;
      }
    }

    private Figures figures(Sender sender) {
      Figures common =
          Figures.none()
              .with(CALLS, (double) (mailer.firstTries() + mailer.retries()))
              .with(EXTRA, 100.0 * mailer.retries() / Math.max(1, mailer.firstTries()))
              .with(REFUSED, 100.0 * refused / offered);
      return sender
          .circuit()
          .map(it -> common.with(OPENED, (double) it.opened()).with(PROBES, mailer.mostInside()))
          .map(it -> Double.isNaN(healedAfter) ? it : it.with(HEALED, healedAfter))
          .orElse(common);
    }
  }

  @Override
  public List<Verdict> judge(Results results) {
    double extra = results.median(VARIANT, Senders.WEIR, EXTRA);
    double opened = results.median(VARIANT, Senders.CIRCUIT, OPENED);
    double healed = results.median(VARIANT, Senders.CIRCUIT, HEALED);
    return List.of(
        new Verdict(
            "T3",
            "extra load from retries <= 10 % while the service is down",
            extra <= MOST_EXTRA,
            String.format(
                Locale.ROOT,
                "%.1f %%; a retry loop %.1f %%",
                extra,
                results.median(VARIANT, Senders.NAIVE, EXTRA))),
        new Verdict(
            "T3",
            "the circuit opens once and is closed again by a probe",
            opened == 1 && !Double.isNaN(healed),
            String.format(Locale.ROOT, "opened %.0f times, closed after %.0f ms", opened, healed)));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("Retries while the service is down (less is better)", "load", EXTRA),
        Panel.logarithmic("Calls that the service sees while it is down", "load", CALLS));
  }
}
