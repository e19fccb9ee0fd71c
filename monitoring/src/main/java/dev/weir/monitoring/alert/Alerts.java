package dev.weir.monitoring.alert;

import dev.weir.monitoring.HealthRegistry;
import dev.weir.monitoring.slo.Slos;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every five seconds at what may go wrong and tells who wants to know, once for each thing
 * that does.
 *
 * <p>Each source is looked at on a system task of its own and each listener called on one of its
 * own, so that neither a source nor a listener that hangs delays the others. Every change is kept
 * among the last 256; what fires and what is over goes to the log. Safe for use by many threads.
 */
public final class Alerts implements AutoCloseable {

  /** How often each source is looked at. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring.alert");
  private static final int REMEMBERED = 256;
  private static final Duration COOLDOWN = Duration.ofMinutes(5);

  private final SystemTasks system;
  private final AlertClock clock;
  private final List<Outlet> outlets;
  private final Map<String, Watched> watched = new LinkedHashMap<>();
  private final Deque<AlertReport> history = new ArrayDeque<>();

  private record Watched(Post post, ScheduleHandle schedule) {}

  private Alerts(SystemTasks system, AlertClock clock, List<AlertListener> listeners) {
    this.system = system;
    this.clock = clock;
    this.outlets = listeners.stream().map(it -> new Outlet(it, system)).toList();
  }

  /**
   * Alerts that look at nothing yet.
   *
   * @param listeners are told what fires and what is over
   */
  public static Alerts open(SystemTasks system, List<AlertListener> listeners) {
    return open(system, AlertClock.SYSTEM, listeners);
  }

  static Alerts open(SystemTasks system, AlertClock clock, List<AlertListener> listeners) {
    return new Alerts(Objects.requireNonNull(system, "system"), clock, List.copyOf(listeners));
  }

  /**
   * Looks at this alert from now on.
   *
   * @throws IllegalArgumentException if something of that name is looked at already
   */
  public Alerts add(Alert alert) {
    return watch(alert.name(), alert.hold(), alert.source());
  }

  /**
   * An alert for each burn rule of each of these objectives, called {@code slo <name> <rule>}; it
   * fires as soon as the rule does, and is told again after 5 minutes at the soonest.
   */
  public Alerts watch(Slos slos) {
    return watch("slos", Hold.atOnce().cooldown(COOLDOWN), new SloAlerts(slos::reports));
  }

  /**
   * An alert for each monitor, called {@code health <name>}: a page if it is down and counts, else
   * a ticket; it fires when two of three looks find it not up.
   */
  public Alerts watch(HealthRegistry health) {
    return watch(
        "health", Hold.atOnce().outOf(2, 3).cooldown(COOLDOWN), new HealthAlerts(health::report));
  }

  /**
   * Looks at this source from now on.
   *
   * @param name what the source is called
   * @param hold how much it takes, for each of its keys
   * @throws IllegalArgumentException if something of that name is looked at already
   */
  public Alerts watch(String name, Hold hold, AlertSource source) {
    var post = new Post(name, hold, Objects.requireNonNull(source, "source"), clock, this::changed);
    synchronized (watched) {
      if (watched.containsKey(name)) {
        throw new IllegalArgumentException(
            "Alerts called '%s' are looked at already; give these another name.".formatted(name));
      }
      watched.put(
          name, new Watched(post, system.every("alerts " + name, INTERVAL, post::evaluate)));
    }
    return this;
  }

  private void changed(Track.Word word, AlertReport alert) {
    synchronized (history) {
      if (history.size() == REMEMBERED) {
        history.poll();
      }
      history.add(alert);
    }
    switch (word) {
      case FIRED -> LOG.warn("Alert {}", alert.line());
      case RESOLVED -> LOG.info("Alert {} is over: {}", alert.key(), alert.text());
      case CHANGED, NONE -> {
        return;
      }
    }
    outlets.forEach(outlet -> outlet.tell(alert));
  }

  /** What is pending, firing or just over, the gravest first. */
  public List<AlertReport> current() {
    return posts().stream()
        .flatMap(post -> post.reports().stream())
        .sorted(
            Comparator.comparing(AlertReport::severity).reversed().thenComparing(AlertReport::key))
        .toList();
  }

  /** What fires now, the gravest first. */
  public List<AlertReport> firing() {
    return current().stream().filter(it -> it.state() == AlertState.FIRING).toList();
  }

  /** The last 256 changes, the oldest first. */
  public List<AlertReport> history() {
    synchronized (history) {
      return List.copyOf(history);
    }
  }

  /** How often a listener threw. */
  public long listenerFailures() {
    return outlets.stream().mapToLong(Outlet::failures).sum();
  }

  /** Words that a listener was not told, because 256 waited for it already. */
  public long dropped() {
    return outlets.stream().mapToLong(Outlet::dropped).sum();
  }

  /** How often a source threw. */
  public long sourceFailures() {
    return posts().stream().mapToLong(Post::failures).sum();
  }

  private List<Post> posts() {
    synchronized (watched) {
      return watched.values().stream().map(Watched::post).toList();
    }
  }

  /** Looks at nothing any more; what is known stays readable. */
  @Override
  public void close() {
    synchronized (watched) {
      watched.values().forEach(it -> it.schedule().cancel());
    }
  }
}
