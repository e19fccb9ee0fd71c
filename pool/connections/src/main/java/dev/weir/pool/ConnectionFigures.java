package dev.weir.pool;

import dev.weir.pool.socket.Departure;
import dev.weir.pool.socket.Wear;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How old the connections of a pool are, and how often each is used. Immutable.
 *
 * @param oldest age of the oldest, to a quarter of a second
 * @param meanAge of those that are open
 * @param borrowsEach how often those that are open were borrowed, on average
 * @param opened connections opened since the start
 * @param lost those that broke in use or were found dead
 * @param alarms how often such a loss made all others doubtful, so that each was asked whether it
 *     lives before it was used again
 * @param left how many have left, by reason: {@code lost}, {@code doubtful} (others were lost),
 *     {@code aged}, {@code idle}, {@code surplus} (the pool became smaller), {@code rotated},
 *     {@code paused}
 */
public record ConnectionFigures(
    Duration oldest,
    Duration meanAge,
    double borrowsEach,
    long opened,
    long lost,
    int alarms,
    Map<String, Long> left) {

  /** Of connections that somebody else keeps. */
  public static final ConnectionFigures UNKNOWN = of(Wear.UNKNOWN);

  static ConnectionFigures of(Wear wear) {
    int open = Math.max(1, wear.open());
    return new ConnectionFigures(
        seconds(wear.oldestSeconds()),
        seconds(wear.totalSeconds() / open),
        (double) wear.borrows() / open,
        wear.ever().opened(),
        wear.ever().lost(),
        wear.ever().epoch(),
        left(wear.ever().departed()));
  }

  private static Map<String, Long> left(Map<Departure, Long> departed) {
    return departed.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                one -> one.getKey().name().toLowerCase(Locale.ROOT), Map.Entry::getValue));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1_000));
  }
}
