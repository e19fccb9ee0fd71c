package dev.weir.tasks.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The times of a cron expression in a zone. Immutable.
 *
 * <p>Five fields: minute (0-59), hour (0-23), day of month (1-31), month (1-12 or JAN-DEC), day of
 * week (0-7 or SUN-SAT, where 0 and 7 are Sunday). Each is {@code *}, a value, a range {@code a-b},
 * any of them with a step {@code /n}, or a list of these with commas. If day of month and day of
 * week both say something, a day that fits either will do. There are no seconds, no nicknames
 * ({@code @daily}), and none of Quartz's letters.
 *
 * <p><b>When clocks change</b>, it goes as in the cron of Unix, by whatever amount the zone
 * changes. An expression whose hour field is {@code *} follows the time that really passes: in an
 * hour that is passed twice it ticks twice, in one that is left out it has no tick. Any other names
 * times of the day, and each is kept exactly once a day: those inside a gap come together, as one
 * tick at the end of the gap, and those that a day has twice tick at the first of the two.
 */
public final class Cron implements Timing {

  private final CronFields fields;
  private final ZoneId zone;

  private Cron(CronFields fields, ZoneId zone) {
    this.fields = fields;
    this.zone = zone;
  }

  static Cron of(String expression, ZoneId zone) {
    Objects.requireNonNull(zone, "zone");
    return new Cron(CronFields.parse(expression), zone);
  }

  /** The expression as it was given, with single blanks. */
  public String expression() {
    return fields.text();
  }

  /** The zone whose clocks it is read by. */
  public ZoneId zone() {
    return zone;
  }

  /** The first tick after {@code instant}; empty if there is none in the century that follows. */
  public Optional<Instant> after(Instant instant) {
    ZoneRules rules = zone.getRules();
    Instant from = instant;
    LocalDateTime local = beginning(instant, rules);
    Optional<LocalDateTime> match = fields.after(local);
    while (match.isPresent()) {
      Instant tick = match.get().toInstant(rules.getOffset(from));
      ZoneOffsetTransition change = rules.nextTransition(from);
      if (change == null || tick.isBefore(change.getInstant())) {
        return Optional.of(tick);
      }
      if (fallsInto(change, match.get())) {
        return Optional.of(change.getInstant());
      }
      from = change.getInstant();
      LocalDateTime onward = justBefore(firstOfItsOwn(change));
      if (onward.isBefore(local) || !match.get().isAfter(onward)) {
        match = fields.after(onward);
      }
      local = onward;
    }
    return Optional.empty();
  }

  /** Where the search begins: behind what a passed overlap has ticked already. */
  private LocalDateTime beginning(Instant instant, ZoneRules rules) {
    LocalDateTime local = LocalDateTime.ofInstant(instant, rules.getOffset(instant));
    @Nullable ZoneOffsetTransition last = rules.previousTransition(instant.plusNanos(1));
    if (last != null) {
      LocalDateTime own = justBefore(firstOfItsOwn(last));
      return own.isAfter(local) ? own : local;
    }
    return local;
  }

  private boolean fallsInto(ZoneOffsetTransition change, LocalDateTime match) {
    return change.isGap() && !fields.everyHour() && match.isBefore(change.getDateTimeAfter());
  }

  /** The first local time after a change that is not a repetition of one before it. */
  private LocalDateTime firstOfItsOwn(ZoneOffsetTransition change) {
    return change.isOverlap() && !fields.everyHour()
        ? change.getDateTimeBefore()
        : change.getDateTimeAfter();
  }

  private static LocalDateTime justBefore(LocalDateTime time) {
    return time.minusNanos(1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cron cron
        && cron.expression().equals(expression())
        && cron.zone.equals(zone);
  }

  @Override
  public int hashCode() {
    return Objects.hash(expression(), zone);
  }

  @Override
  public String toString() {
    return "Cron[%s, %s]".formatted(expression(), zone);
  }
}
