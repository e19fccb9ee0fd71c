package dev.weir.monitoring.history;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One series in fixed memory, about 9.9 KB: a point for each of the last 1440 minutes, and for each
 * hour of the last 14 days its median and its deviation. Minutes are counted from 1970, hours of
 * the day are UTC's. Not safe for use by many threads.
 */
final class Series {

  static final int MINUTES = 24 * 60;
  static final int DAYS = 14;
  private static final int HOUR = 60;
  private static final int HOURS = 24;
  private static final int FEWEST_POINTS = 10;
  private static final int FEWEST_DAYS = 3;
  private static final int HALF_HOUR = 30;
  private static final double NORMAL = 1.4826;
  private static final double LEAST_SPREAD = 0.02;

  private final float[] points = new float[MINUTES];
  private final float[] medians = new float[HOURS * DAYS];
  private final float[] deviations = new float[HOURS * DAYS];

  /** The hour since 1970 that a place of the two is of. */
  private final int[] hours = new int[HOURS * DAYS];

  private long newest;

  Series(long minute) {
    newest = minute;
    Arrays.fill(points, Float.NaN);
  }

  /** A minute before the newest one counts as that: time does not run backwards here. */
  void add(long minute, double value) {
    advance(minute);
    points[place(newest)] = (float) value;
  }

  /** Goes on to that minute, and ends the hours before it. */
  void advance(long minute) {
    if (minute <= newest) {
      return;
    }
    if (minute / HOUR > newest / HOUR) {
      endHour(newest / HOUR);
    }
    long gap = Math.min(minute - newest, MINUTES);
    for (long i = 0; i < gap; i++) {
      points[place(minute - i)] = Float.NaN;
    }
    newest = minute;
  }

  private void endHour(long hour) {
    keep(hour, values(hour * HOUR, (hour + 1) * HOUR));
  }

  private void keep(long hour, double[] of) {
    if (of.length >= FEWEST_POINTS) {
      double median = Robust.median(of);
      int place = (int) (hour % hours.length);
      hours[place] = (int) hour;
      medians[place] = (float) median;
      deviations[place] = (float) Robust.mad(of, median);
    }
  }

  private static int place(long minute) {
    return Math.floorMod(minute, MINUTES);
  }

  /** The numbers from one minute to before another. */
  private double[] values(long from, long to) {
    return points(from, to).filter(value -> !Double.isNaN(value)).toArray();
  }

  private DoubleStream points(long from, long to) {
    long first = Math.max(from, newest - MINUTES + 1);
    long end = Math.min(to, newest + 1);
    return IntStream.range(0, (int) Math.max(0, end - first))
        .mapToDouble(i -> points[place(first + i)]);
  }

  /** A point for each of the last so many minutes, the oldest first; those without are NaN. */
  double[] last(int minutes) {
    return points(newest - minutes + 1, newest + 1).toArray();
  }

  long newest() {
    return newest;
  }

  /** The last value, NaN if there is none this minute. */
  double now() {
    return points[place(newest)];
  }

  /** What is usual in the hour of the day that this minute is in. */
  Optional<Baseline> baseline() {
    long hour = newest / HOUR;
    int[] places =
        IntStream.range(1, DAYS)
            .map(day -> (int) ((hour - (long) day * HOURS) % hours.length))
            .filter(place -> isRecent(place, hour))
            .toArray();
    return places.length >= FEWEST_DAYS ? Optional.of(ofHour(places)) : ofDay();
  }

  private boolean isRecent(int place, long hour) {
    return hours[place] > hour - hours.length && hours[place] > 0;
  }

  private Baseline ofHour(int[] places) {
    double[] each = Arrays.stream(places).mapToDouble(place -> medians[place]).toArray();
    double[] within = Arrays.stream(places).mapToDouble(place -> deviations[place]).toArray();
    double median = Robust.median(each);
    double deviation = Math.max(Robust.median(within), Robust.mad(each, median));
    return new Baseline(median, spread(median, deviation), places.length);
  }

  private Optional<Baseline> ofDay() {
    double[] all = values(newest - MINUTES, newest);
    double median = Robust.median(all);
    return all.length < HOUR
        ? Optional.empty()
        : Optional.of(new Baseline(median, spread(median, Robust.mad(all, median)), 0));
  }

  private static double spread(double median, double deviation) {
    return Math.max(NORMAL * deviation, LEAST_SPREAD * Math.abs(median));
  }

  Trend trend() {
    long first = newest - MINUTES + 1;
    double[] halves =
        IntStream.range(0, MINUTES / HALF_HOUR)
            .mapToDouble(
                i ->
                    Robust.median(
                        values(first + (long) i * HALF_HOUR, first + (i + 1L) * HALF_HOUR)))
            .toArray();
    return Robust.trend(halves, (double) HOUR / HALF_HOUR);
  }

  /** The points of an hour, NaN where there are none: for {@link #restore}. */
  float[] hour(long hour) {
    var of = new float[HOUR];
    for (int i = 0; i < HOUR; i++) {
      long minute = hour * HOUR + i;
      boolean kept = minute <= newest && minute > newest - MINUTES;
      of[i] = kept ? points[place(minute)] : Float.NaN;
    }
    return of;
  }

  /** Puts points of an hour back where there are none yet; hours must come in order. */
  void restore(long hour, float[] of) {
    double[] numbers =
        IntStream.range(0, of.length)
            .mapToDouble(i -> of[i])
            .filter(value -> !Double.isNaN(value))
            .toArray();
    if (hour < newest / HOUR && hour > newest / HOUR - hours.length) {
      keep(hour, numbers);
    }
    for (int i = 0; i < Math.min(HOUR, of.length); i++) {
      long minute = hour * HOUR + i;
      if (minute <= newest && minute > newest - MINUTES && Float.isNaN(points[place(minute)])) {
        points[place(minute)] = of[i];
      }
    }
  }
}
