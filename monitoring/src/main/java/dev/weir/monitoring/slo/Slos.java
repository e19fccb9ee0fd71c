package dev.weir.monitoring.slo;

import dev.weir.gate.Ticker;
import dev.weir.monitoring.slo.window.Ring;
import dev.weir.pool.PoolListener;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskListener;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Every objective of a service, counted.
 *
 * <p>Calls are counted exactly. Every five seconds the counts go into windows of at most 90 days,
 * 18 KB for each objective, half of it for what other instances have counted; one about latency
 * keeps about 85 KB more for its quantiles. With {@link #persist} the windows outlive the process
 * and are those of all instances together. Its clock is the monotonic one; setting the wall clock
 * moves nothing. Safe for use by many threads.
 */
public final class Slos implements AutoCloseable {

  /** How often counts go into the windows. */
  static final Duration TICK = Duration.ofSeconds(5);

  private static final int MOST = 64;

  private final Map<String, Tracker> trackers;
  private final Map<String, Operation> operations;
  private final PoolListener poolListener;
  private final TaskListener taskListener;
  private final SloTime time;
  private final AtomicReference<@Nullable ScheduleHandle> ticking = new AtomicReference<>();
  private final AtomicReference<@Nullable Persistence> persistence = new AtomicReference<>();

  private Slos(List<Slo> slos, SloTime time) {
    this.time = time;
    this.trackers = new LinkedHashMap<>();
    slos.forEach(slo -> trackers.put(slo.name(), new Tracker(slo, time)));
    this.operations = recorders(Subject.Named.class);
    this.poolListener = new Feeds.OfSessions(recorders(Subject.Lane.class));
    this.taskListener = new Feeds.OfTasks(recorders(Subject.Task.class));
  }

  /**
   * Counters for these, that run nothing yet: see {@link #start}.
   *
   * @throws IllegalArgumentException if two have one name or there are more than 64, telling all
   */
  public static Slos of(List<Slo> slos) {
    return new Slos(checked(slos), SloTime.system());
  }

  /**
   * As the other, on given clocks, so that a test can set the time.
   *
   * @param clock the time of day, asked once
   * @param ticker what durations are measured by
   */
  public static Slos of(List<Slo> slos, InstantSource clock, Ticker ticker) {
    return new Slos(checked(slos), new SloTime(clock, ticker));
  }

  private static List<Slo> checked(List<Slo> slos) {
    var problems = new ArrayList<String>();
    var names = new TreeSet<String>();
    for (Slo slo : slos) {
      if (!names.add(slo.name())) {
        problems.add("two are called '%s'; give one of them another name".formatted(slo.name()));
      }
    }
    if (slos.size() > MOST) {
      problems.add("%d are too many, %d is the most".formatted(slos.size(), MOST));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("SLOs: " + String.join("; ", problems) + ".");
    }
    return List.copyOf(slos);
  }

  private Map<String, Operation> recorders(Class<? extends Subject> kind) {
    var tallies = new LinkedHashMap<String, List<Tally>>();
    for (Tracker tracker : trackers.values()) {
      Subject subject = tracker.slo().subject();
      if (kind.isInstance(subject)) {
        tallies.computeIfAbsent(subject.name(), _ -> new ArrayList<>()).add(tracker.tally());
      }
    }
    var all = new LinkedHashMap<String, Operation>();
    tallies.forEach((name, of) -> all.put(name, new Operation(name, time::nanos, of)));
    return Map.copyOf(all);
  }

  /** From now on the windows move by themselves. Twice is harmless. */
  public Slos start(SystemTasks system) {
    if (!trackers.isEmpty() && ticking.get() == null) {
      ScheduleHandle mine = system.every("slo windows", TICK, this::tick);
      if (!ticking.compareAndSet(null, mine)) {
        mine.cancel();
      }
    }
    return this;
  }

  /** Puts what was counted since the last time into the windows; {@link #start} has it done. */
  public void tick() {
    trackers.values().forEach(Tracker::tick);
  }

  /**
   * Keeps the windows in a table as well: what is there is read now, and both ways from then on, at
   * the storage's interval. If the database is away that is said in the log once, counted, and
   * tried again; what is in memory stays.
   *
   * @throws IllegalStateException if they are kept in one already
   */
  public Slos persist(SloStorage storage, SystemTasks system) {
    var mine = new Persistence(storage, List.copyOf(trackers.values()));
    if (!persistence.compareAndSet(null, mine)) {
      throw new IllegalStateException("These SLOs are kept in a table already.");
    }
    if (!trackers.isEmpty()) {
      mine.start(system);
    }
    return this;
  }

  /** Writes the windows to their table now, on this thread; nothing if they are kept in none. */
  public void save() {
    Persistence mine = persistence.get();
    if (mine != null && !trackers.isEmpty()) {
      mine.save();
    }
  }

  /** How the windows are kept; empty if they are not. */
  public Optional<StorageReport> storage() {
    return Optional.ofNullable(persistence.get()).map(Persistence::report);
  }

  /** To be given to the pool when it is opened. */
  public PoolListener poolListener() {
    return poolListener;
  }

  /** To be given to the task manager when it is opened. */
  public TaskListener taskListener() {
    return taskListener;
  }

  /**
   * Where the service records an operation of its own; to be kept.
   *
   * @throws IllegalArgumentException if no objective is about it, naming those that some are about
   */
  public Operation operation(String name) {
    Operation known = operations.get(Objects.requireNonNull(name, "name"));
    if (known == null) {
      throw new IllegalArgumentException(
          "No SLO is about an operation '%s', only about %s: declare one by Slo.errors(..., Subject.operation(\"%s\"))."
              .formatted(name, new TreeSet<>(operations.keySet()), name));
    }
    return known;
  }

  /** The objectives, in the order in which they were given. */
  public List<Slo> all() {
    return trackers.values().stream().map(Tracker::slo).toList();
  }

  /** How all stand now, in the order in which they were given. */
  public List<SloReport> reports() {
    return trackers.values().stream().map(Tracker::report).toList();
  }

  /** How the one of that name stands now. */
  public Optional<SloReport> report(String name) {
    return Optional.ofNullable(trackers.get(name)).map(Tracker::report);
  }

  /** How much longer than {@code window} a sum may reach back, at most. */
  public static Duration error(Duration window) {
    return Ring.slot(window);
  }

  /** Nothing runs by itself any more; reports go on. Closing twice is harmless. */
  @Override
  public void close() {
    ScheduleHandle mine = ticking.get();
    if (mine != null) {
      mine.cancel();
    }
    Persistence kept = persistence.get();
    if (kept != null) {
      kept.close();
    }
  }
}
