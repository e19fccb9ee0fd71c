package dev.weir;

import dev.weir.config.TelemetryConfig;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.HealthListener;
import dev.weir.monitoring.HealthMonitor;
import dev.weir.monitoring.Telemetry;
import dev.weir.monitoring.alert.Alert;
import dev.weir.monitoring.alert.AlertListener;
import dev.weir.monitoring.alert.BudgetPolicy;
import dev.weir.monitoring.slo.Slo;
import dev.weir.pool.AmbientConnection;
import dev.weir.pool.PoolListener;
import dev.weir.pool.WatchRules;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.TaskListener;
import dev.weir.tasks.event.EventListener;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.tasks.shutdown.Participant;
import dev.weir.tasks.shutdown.Reloader;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Weir} is started with, beyond its configuration. Each setter returns this builder;
 * not safe for use by many threads.
 */
public final class WeirBuilder {

  final List<HealthMonitor> monitors = new ArrayList<>();
  final List<HealthListener> healthListeners = new ArrayList<>();
  final List<PoolListener> poolListeners = new ArrayList<>();
  final List<TaskListener> taskListeners = new ArrayList<>();
  final List<EventListener> eventListeners = new ArrayList<>();
  final List<ContextCarrier> carriers =
      new ArrayList<>(List.of(ContextCarrier.mdc(), Telemetry.contextCarrier()));
  UnaryOperator<FailureSettings> failure = UnaryOperator.identity();
  final List<Participant> participants = new ArrayList<>();
  final Map<String, Reloader> reloaders = new LinkedHashMap<>();
  final List<Slo> slos = new ArrayList<>();
  final List<Alert> alerts = new ArrayList<>();
  final List<AlertListener> alertListeners = new ArrayList<>();
  final List<BudgetPolicy> policies = new ArrayList<>();
  Optional<String> figuresOf = Optional.empty();
  @Nullable DataSource dataSource;
  AmbientConnection ambient = AmbientConnection.NONE;
  WatchRules watch = WatchRules.usual();
  private @Nullable WeirConfig config;
  private @Nullable OpenTelemetry openTelemetry;

  WeirBuilder() {}

  /** The settings; without this call they are loaded from files, environment and properties. */
  public WeirBuilder config(WeirConfig config) {
    this.config = Objects.requireNonNull(config, "config");
    return this;
  }

  /**
   * Where metrics and spans go; without this call the global instance if one is set, else an SDK
   * that is started by {@code OTEL_*} if that is set and its jars are there, else nowhere.
   */
  public WeirBuilder openTelemetry(OpenTelemetry openTelemetry) {
    this.openTelemetry = Objects.requireNonNull(openTelemetry, "openTelemetry");
    return this;
  }

  /**
   * The service's own pool, used in place of Weir's own connections to {@code postgres.*}. Gate and
   * deadlines stay; the sockets are the owner's business, and Weir does not close it. What is lost:
   * {@code pool.min}, {@code postgres.*}, figures of idle sockets, and read-only sessions that hold
   * outside a transaction unless the driver is told so.
   */
  public WeirBuilder dataSource(DataSource dataSource) {
    this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    return this;
  }

  /** One more health monitor beside the built-in ones and those found by ServiceLoader. */
  public WeirBuilder monitor(HealthMonitor monitor) {
    monitors.add(Objects.requireNonNull(monitor, "monitor"));
    return this;
  }

  /** One more listener to changes of health. */
  public WeirBuilder healthListener(HealthListener listener) {
    healthListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** How those who hold connections for long are watched. */
  public WeirBuilder watch(WatchRules watch) {
    this.watch = Objects.requireNonNull(watch, "watch");
    return this;
  }

  /**
   * The framework whose transactions sessions join, and which joins theirs, such as Spring's
   * transaction manager.
   */
  public WeirBuilder ambient(AmbientConnection ambient) {
    this.ambient = Objects.requireNonNull(ambient, "ambient");
    return this;
  }

  /** One more listener to the pool. */
  public WeirBuilder listener(PoolListener listener) {
    poolListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** One more listener to the tasks. */
  public WeirBuilder taskListener(TaskListener listener) {
    taskListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * What is done about tasks that fail: circuits and limits, which only a program can name, beside
   * what {@code tasks.*} says of dead letters, history and stuck tasks.
   *
   * @param failure changes what the settings say
   */
  public WeirBuilder failure(UnaryOperator<FailureSettings> failure) {
    this.failure = Objects.requireNonNull(failure, "failure");
    return this;
  }

  /** One more listener to the events. */
  public WeirBuilder eventListener(EventListener listener) {
    eventListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** One more objective, see {@link Weir#slos()}; its burn rules become alerts. */
  public WeirBuilder slo(Slo slo) {
    slos.add(Objects.requireNonNull(slo, "slo"));
    return this;
  }

  /** One more alert, see {@link Weir#alerts()}. */
  public WeirBuilder alert(Alert alert) {
    alerts.add(Objects.requireNonNull(alert, "alert"));
    return this;
  }

  /**
   * One more who is told of alerts. With the first one health is looked at for alerts as well;
   * otherwise what changes there is in the log alone.
   */
  public WeirBuilder alertListener(AlertListener listener) {
    alertListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** What stands back while the budget of an objective burns. */
  public WeirBuilder policy(BudgetPolicy policy) {
    policies.add(Objects.requireNonNull(policy, "policy"));
    return this;
  }

  /**
   * Keeps the windows of objectives and the history in the tables {@code weir.slo_window} and
   * {@code weir.history_hour}, which are made if they are missing: in lane {@code admin}, every
   * minute and every hour, and at the stop. Without this call a restart forgets them.
   *
   * @param instance this process's name among all of its service on this database
   */
  public WeirBuilder keepFigures(String instance) {
    figuresOf = Optional.of(instance);
    return this;
  }

  /**
   * One more kind of context that follows a task or an event to its thread; SLF4J's MDC and
   * OpenTelemetry's context already do.
   */
  public WeirBuilder contextCarrier(ContextCarrier carrier) {
    carriers.add(Objects.requireNonNull(carrier, "carrier"));
    return this;
  }

  /** One more who has something to do when Weir stops, as {@link Weir#onStop} says. */
  public WeirBuilder onStop(Participant participant) {
    participants.add(Objects.requireNonNull(participant, "participant"));
    return this;
  }

  /**
   * One more thing that can be read anew, as {@link Weir#onReload} says; of two with one name the
   * later one counts.
   */
  public WeirBuilder onReload(String name, Reloader reloader) {
    reloaders.put(
        Objects.requireNonNull(name, "name"), Objects.requireNonNull(reloader, "reloader"));
    return this;
  }

  /**
   * Starts everything, or nothing: if a part fails, those before it are closed again, in reverse,
   * and a suppressed exception in the failure says which part it was.
   *
   * @throws dev.weir.config.ConfigurationException if settings are wrong, naming every problem
   * @throws dev.weir.pool.DatabaseUnavailableException if PostgreSQL cannot be used
   * @throws IllegalStateException if no PostgreSQL is configured
   */
  public Weir start() {
    return Weir.of(Floors.open(this), this);
  }

  /** The settings as their sources say now; empty if the program brought them. */
  Optional<Supplier<WeirConfig>> source() {
    return config == null ? Optional.of(WeirConfig::load) : Optional.empty();
  }

  WeirConfig configured() {
    return config != null ? config : WeirConfig.load();
  }

  Telemetry telemetry(TelemetryConfig config) {
    return openTelemetry != null ? Telemetry.open(openTelemetry, config) : Telemetry.open(config);
  }
}
