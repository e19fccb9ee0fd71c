package dev.weir.monitoring;

import dev.weir.monitoring.HealthRegistry.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the checks of one monitor have found: the last result, what is settled, what changed. */
final class Book {

  /**
   * What is in it at one moment. Immutable.
   *
   * @param last what the last check that ended has found
   * @param checks how many checks have ended
   * @param hangs how many times the check under way has counted as hanging
   * @param at when the last check ended
   * @param endedAt the same by the ticker
   * @param took how long that check took
   * @param since when the status was settled
   * @param sinceNanos the same by the ticker
   */
  record Page(
      Settled settled,
      Health last,
      long checks,
      int hangs,
      boolean hasBeenUp,
      Instant at,
      long endedAt,
      Duration took,
      Instant since,
      long sinceNanos,
      List<HealthChange> changes) {

    HealthHistory history(Settled.Steps steps) {
      return new HealthHistory(since, hasBeenUp, settled.unsettled(steps), changes);
    }
  }

  private final String name;
  private final Settled.Steps steps;
  private final Time time;
  private volatile Page page;

  Book(String name, Settled.Steps steps, Time time, Health notYet) {
    this.name = name;
    this.steps = steps;
    this.time = time;
    Instant now = time.instant();
    long nanos = time.nanos();
    Settled nothing = Settled.on(notYet);
    this.page =
        new Page(nothing, notYet, 0, 0, false, now, nanos, Duration.ZERO, now, nanos, List.of());
  }

  Page page() {
    return page;
  }

  /** A check has ended with this; the change, if it made one. */
  synchronized @Nullable HealthChange ended(Health found, Duration took) {
    Page before = page;
    Settled next = isBeginning(before, found) ? Settled.on(found) : next(before, found);
    var ended =
        new Page(
            next,
            found,
            before.checks + 1,
            0,
            before.hasBeenUp,
            time.instant(),
            time.nanos(),
            took,
            before.since,
            before.sinceNanos,
            before.changes);
    return turn(before, ended);
  }

  /** The first finding counts at once, and if it was bad, a better second one takes it back. */
  private static boolean isBeginning(Page before, Health found) {
    Health.Status now = before.settled.health().status();
    return before.checks == 0 || (before.checks == 1 && found.status().compareTo(now) < 0);
  }

  /** A hang that has counted already counts once. */
  private Settled next(Page before, Health found) {
    Settled settled = before.settled;
    if (before.hangs == 0 || found.status() != Health.Status.UNKNOWN) {
      return settled.after(found, steps);
    }
    return found.status() == settled.health().status() ? Settled.on(found) : settled;
  }

  /** A check hangs, which counts as a finding though it has not ended. */
  synchronized @Nullable HealthChange hangs(Health unknown) {
    Page before = page;
    var hung =
        new Page(
            before.settled.after(unknown, steps),
            before.last,
            before.checks == 0 ? 0 : before.checks + 1,
            before.hangs + 1,
            before.hasBeenUp,
            before.at,
            before.endedAt,
            before.took,
            before.since,
            before.sinceNanos,
            before.changes);
    return turn(before, hung);
  }

  /** Puts the page in place, with the change if the status is another. */
  private @Nullable HealthChange turn(Page before, Page after) {
    Health health = after.settled.health();
    Health.Status from = before.settled.health().status();
    if (health.status() == from) {
      page = after;
      return null;
    }
    long nanos = time.nanos();
    var lasted = Duration.ofNanos(nanos - before.sinceNanos);
    var change =
        new HealthChange(name, from, health.status(), time.instant(), health.cause(), lasted);
    boolean works = health.status().compareTo(Health.Status.DEGRADED) <= 0;
    page =
        new Page(
            after.settled,
            after.last,
            after.checks,
            after.hangs,
            before.hasBeenUp || works,
            after.at,
            after.endedAt,
            after.took,
            change.at(),
            nanos,
            with(before.changes, change));
    return change;
  }

  private static List<HealthChange> with(List<HealthChange> changes, HealthChange change) {
    var all = new ArrayList<>(changes);
    all.add(change);
    int over = Math.max(0, all.size() - HealthHistory.KEPT);
    return List.copyOf(all.subList(over, all.size()));
  }
}
