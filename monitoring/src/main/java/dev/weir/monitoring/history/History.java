package dev.weir.monitoring.history;

import dev.weir.monitoring.text.SafeText;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How some series were: a point a minute for 24 hours, medians by the hour for 14 days.
 *
 * <p>At most 1024 series, about 10 KB each; further ones are left out and counted. A wall clock
 * that is set back holds the minute until it has caught up; one set ahead leaves a gap. With {@link
 * #persist} it outlives the process. Safe for use by many threads.
 */
public final class History implements AutoCloseable {

  /** The most series. */
  public static final int MOST_SERIES = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring.history");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int HOUR = 60;

  private final List<HistorySource> sources;
  private final InstantSource clock;
  private final Map<String, Series> series = new TreeMap<>();
  private final AtomicReference<@Nullable ScheduleHandle> reading = new AtomicReference<>();
  private final AtomicReference<@Nullable HistoryKeeper> keeper = new AtomicReference<>();
  private final AtomicLong leftOut = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private long newest;

  private History(List<HistorySource> sources, InstantSource clock) {
    this.sources = List.copyOf(sources);
    this.clock = clock;
    this.newest = minute();
  }

  /** Reads these once a minute from now on. */
  public static History open(List<HistorySource> sources, SystemTasks system) {
    History history = of(sources, InstantSource.system());
    history.reading.set(system.every("history", MINUTE, history::read));
    return history;
  }

  static History of(List<HistorySource> sources, InstantSource clock) {
    return new History(sources, clock);
  }

  private long minute() {
    return Math.floorDiv(clock.instant().getEpochSecond(), MINUTE.toSeconds());
  }

  /**
   * Keeps all hours in a table as well: what is there is read now, and what is new is written when
   * an hour is over and at {@link #save}. If the database is away that is said once, counted, and
   * made up with the next hour, for a day.
   *
   * @throws IllegalStateException if it is kept in one already
   */
  public History persist(HistoryStorage storage) {
    var mine = new HistoryKeeper(this, storage);
    if (!keeper.compareAndSet(null, mine)) {
      throw new IllegalStateException("This history is kept in a table already.");
    }
    mine.load();
    return this;
  }

  /** Writes what is not written yet, the hour under way included; nothing if it is not kept. */
  public void save() {
    HistoryKeeper mine = keeper.get();
    if (mine != null) {
      mine.save(hour());
    }
  }

  /** Reads all sources once. */
  void read() {
    long before = hour();
    for (HistorySource source : sources) {
      try {
        add(source.read());
      } catch (RuntimeException failure) {
        failed(failure);
      }
    }
    add(Map.of());
    HistoryKeeper mine = keeper.get();
    if (mine != null && hour() > before) {
      mine.save(before);
    }
  }

  private void failed(RuntimeException failure) {
    if (failures.incrementAndGet() == 1) {
      LOG.warn(
          "A source of history cannot be read: {}. The others are; this is said once.",
          SafeText.of(failure));
    }
  }

  private synchronized void add(Map<String, Double> values) {
    newest = Math.max(newest, minute());
    for (Map.Entry<String, Double> one : values.entrySet()) {
      Series known = known(one.getKey());
      if (known == null) {
        leftOut.incrementAndGet();
      } else {
        known.add(newest, one.getValue());
      }
    }
    series.values().forEach(it -> it.advance(newest));
  }

  private @Nullable Series known(String name) {
    Series known = series.get(name);
    if (known == null && series.size() < MOST_SERIES) {
      known = new Series(newest);
      series.put(name, known);
    }
    return known;
  }

  synchronized long hour() {
    return newest / HOUR;
  }

  /** All points of an hour, by series. */
  synchronized Map<String, float[]> hour(long hour) {
    var all = new TreeMap<String, float[]>();
    series.forEach((name, it) -> all.put(name, it.hour(hour)));
    return all;
  }

  synchronized void restore(String name, long hour, float[] points) {
    Series known = known(name);
    if (known != null) {
      known.restore(hour, points);
    }
  }

  /** The names of all series, in order. */
  public synchronized SequencedSet<String> names() {
    return new TreeSet<>(series.keySet());
  }

  /** The points of the last so long, at most a day, the oldest first; empty if it is not known. */
  public synchronized List<Point> points(String name, Duration last) {
    Series known = series.get(Objects.requireNonNull(name, "name"));
    if (known == null) {
      return List.of();
    }
    double[] values = known.last(Math.clamp(last.toMinutes(), 0, Series.MINUTES));
    var points = new ArrayList<Point>();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        long minute = known.newest() - values.length + 1 + i;
        points.add(new Point(Instant.ofEpochSecond(minute * HOUR), values[i]));
      }
    }
    return points;
  }

  /**
   * What is usual for a series at this hour of the day (UTC): from that hour of three days or more,
   * else from an hour or more of the last 24; empty if less is known.
   */
  public synchronized Optional<Baseline> baseline(String name) {
    return Optional.ofNullable(series.get(name)).flatMap(Series::baseline);
  }

  /** Where a series was going in the last 24 hours; empty if it is not known. */
  public synchronized Optional<Trend> trend(String name) {
    return Optional.ofNullable(series.get(name)).map(Series::trend);
  }

  /** The series whose value of this minute is unusual, each in words; in order of their names. */
  public synchronized List<String> unusual() {
    var words = new ArrayList<String>();
    series.forEach(
        (name, it) ->
            it.baseline()
                .filter(usual -> usual.isUnusual(it.now()))
                .ifPresent(usual -> words.add(name + " is " + usual.words(it.now()))));
    return words;
  }

  /** How often a series was left out, because there are 1024 already. */
  public long leftOut() {
    return leftOut.get();
  }

  /** How often a source could not be read or the table not be reached. */
  public long failures() {
    HistoryKeeper mine = keeper.get();
    return failures.get() + (mine == null ? 0 : mine.failures());
  }

  /** Reads nothing any more; what is known stays readable. Closing twice is harmless. */
  @Override
  public void close() {
    ScheduleHandle mine = reading.getAndSet(null);
    if (mine != null) {
      mine.cancel();
    }
  }
}
