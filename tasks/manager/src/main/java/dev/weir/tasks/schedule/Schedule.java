package dev.weir.tasks.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a job runs, again and again. Immutable; the withers return a changed copy.
 *
 * @param timing what its ticks are counted by
 * @param jitter the most by which chance delays each run, never beyond the next tick
 * @param misfire what becomes of ticks that nobody could keep
 * @param overlap what a tick does that finds a run before it still going
 */
public record Schedule(Timing timing, Duration jitter, Misfire misfire, Overlap overlap) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the jitter is negative
   */
  public Schedule {
    Objects.requireNonNull(timing, "timing");
    Objects.requireNonNull(misfire, "misfire");
    Objects.requireNonNull(overlap, "overlap");
    if (jitter.isNegative()) {
      throw new IllegalArgumentException(
          "schedule: jitter = %s must be zero or positive".formatted(jitter));
    }
  }

  /**
   * Every {@code interval}, first one interval from now, counted from start to start.
   *
   * @throws IllegalArgumentException if the interval is not positive
   */
  public static Schedule every(Duration interval) {
    return of(new Timing.Every(interval));
  }

  /**
   * With {@code pause} between the end of a run and the start of the next, first one pause from
   * now. Its runs never overlap, except by {@link ScheduleHandle#runNow()}.
   *
   * @throws IllegalArgumentException if the pause is not positive
   */
  public static Schedule delay(Duration pause) {
    return of(new Timing.Delay(pause));
  }

  /**
   * By a cron expression of five fields, read in a zone; {@link Cron} says what they mean and what
   * happens when clocks are put forward or back.
   *
   * @throws IllegalArgumentException if the expression is none, naming every fault, or if no date
   *     fits it
   */
  public static Schedule cron(String expression, ZoneId zone) {
    return of(Cron.of(expression, zone));
  }

  private static Schedule of(Timing timing) {
    return new Schedule(timing, Duration.ZERO, Misfire.runOnce(), Overlap.SKIP);
  }

  /**
   * The same, with each run delayed by chance, evenly between nothing and {@code jitter}: so that
   * many instances do not come at once.
   */
  public Schedule jitter(Duration jitter) {
    return new Schedule(timing, jitter, misfire, overlap);
  }

  /** The same with another misfire policy. */
  public Schedule misfire(Misfire misfire) {
    return new Schedule(timing, jitter, misfire, overlap);
  }

  /** The same with another overlap policy. */
  public Schedule overlap(Overlap overlap) {
    return new Schedule(timing, jitter, misfire, overlap);
  }

  /**
   * The ticks of this schedule if it began at {@code from}, without jitter: endless but for a
   * delay, of which only the first is known before the runs are.
   */
  public Stream<Instant> times(Instant from) {
    Objects.requireNonNull(from, "from");
    return switch (timing) {
      case Timing.Every every -> Stream.iterate(from, it -> it.plus(every.interval())).skip(1);
      case Timing.Delay delay -> Stream.of(from.plus(delay.pause()));
      case Cron cron ->
          Stream.iterate(cron.after(from), Optional::isPresent, it -> it.flatMap(cron::after))
              .flatMap(Optional::stream);
    };
  }
}
