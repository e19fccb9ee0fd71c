package dev.weir;

import dev.weir.config.WeirConfig;
import dev.weir.gate.Deadline;
import dev.weir.monitoring.HealthRegistry;
import dev.weir.monitoring.Telemetry;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.ShutdownReport;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's connections, tasks, health and telemetry behind one door.
 *
 * <pre>{@code
 * try (Weir weir = Weir.start()) {
 *   long orders = weir.connections().withSession(c -> count(c));
 *   weir.tasks().submit("report", () -> build(orders)).await();
 * }
 * }</pre>
 *
 * <p>It is closed by {@link #close()}, and by the JVM's shutdown unless {@code shutdown.hook} is
 * false. Several in one JVM, one for each database, do not know of each other. Safe for use by many
 * threads.
 */
public final class Weir implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Weir.class);

  private final Floors floors;
  private final ShutdownHook hook;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  private Weir(Floors floors, boolean hooked) {
    this.floors = floors;
    this.hook = hooked ? ShutdownHook.of(this::close, floors.system()) : ShutdownHook.NONE;
  }

  static Weir of(Floors floors) {
    var weir = new Weir(floors, floors.config().shutdown().hook());
    try {
      weir.hook.add();
      return weir;
    } catch (Throwable failure) {
      floors.opened().closeAfter(failure);
      throw failure;
    }
  }

  /**
   * Starts with the settings found in files, environment and system properties.
   *
   * @throws dev.weir.config.ConfigurationException if settings are wrong, naming every problem
   * @throws dev.weir.pool.DatabaseUnavailableException if PostgreSQL cannot be used
   * @throws IllegalStateException if no PostgreSQL is configured
   */
  public static Weir start() {
    return builder().start();
  }

  /**
   * Starts with these settings.
   *
   * @throws dev.weir.pool.DatabaseUnavailableException if PostgreSQL cannot be used
   * @throws IllegalStateException if no PostgreSQL is configured
   */
  public static Weir start(WeirConfig config) {
    return builder().config(config).start();
  }

  /** Starts with more than settings: telemetry, monitors, listeners, a data source. */
  public static WeirBuilder builder() {
    return new WeirBuilder();
  }

  /** PostgreSQL and Redis. */
  public UnifiedConnectionManager connections() {
    return floors.connections();
  }

  /** Background work. */
  public BackgroundTaskManager tasks() {
    return floors.tasks();
  }

  /** How everything is doing. */
  public HealthRegistry health() {
    return floors.health();
  }

  /** The figures that are kept whether or not anybody exports them. */
  public Telemetry telemetry() {
    return floors.telemetry();
  }

  /** The settings in force. */
  public WeirConfig config() {
    return floors.config();
  }

  /** A status report for people: lanes, tasks, health, threads of libraries, settings. */
  public String describe() {
    return Description.of(floors);
  }

  /**
   * Refuses new tasks and sessions and lets those under way end, tasks first; a task under way
   * still gets the sessions it needs. Health checks go on. There is no way back.
   *
   * @param budget the longest it may take; tasks still running then are interrupted
   */
  public DrainReport drain(Duration budget) {
    Deadline deadline = Deadline.in(Objects.requireNonNull(budget, "budget"));
    floors.tasks().stopAccepting();
    floors.connections().stopAccepting(floors::isUnderWay);
    ShutdownReport tasks = floors.tasks().close(deadline.remaining());
    return new DrainReport(tasks, floors.connections().drain(deadline));
  }

  /**
   * Drains within {@code shutdown.budget}, then closes everything in reverse order of its start and
   * logs what was left; closing what is then still busy comes on top. Closing twice is harmless:
   * the second call waits for the first, or returns at once if it comes from inside a task of this
   * Weir, which the first waits for.
   *
   * @throws IllegalStateException if a part could not be closed, with every failure inside
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        hook.remove();
        closeNow();
      } finally {
        closed.complete(true);
      }
    } else if (!floors.isUnderWay()) {
      closed.join();
    }
  }

  private void closeNow() {
    Throwable failure;
    try {
      DrainReport report = drain(floors.config().shutdown().budget());
      if (!report.isClean()) {
        LOG.warn("Weir closes with work left undone: {}", report);
      }
    } finally {
      failure = floors.opened().close();
    }
    if (failure != null) {
      throw new IllegalStateException(
          "Weir is closed, but a part of it failed to close: " + failure.getMessage(), failure);
    }
  }
}
