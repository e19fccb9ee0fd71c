package dev.weir;

import dev.weir.config.WeirConfig;
import dev.weir.monitoring.HealthMonitor;
import dev.weir.pool.PoolListener;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.TaskListener;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Weir} is started with, beyond its configuration. Each setter returns this builder;
 * not safe for use by many threads.
 */
public final class WeirBuilder {

  final List<HealthMonitor> monitors = new ArrayList<>();
  final List<PoolListener> poolListeners = new ArrayList<>();
  final List<TaskListener> taskListeners = new ArrayList<>();
  final List<ContextCarrier> carriers = new ArrayList<>(List.of(ContextCarrier.mdc()));
  @Nullable DataSource dataSource;
  private @Nullable WeirConfig config;
  private @Nullable OpenTelemetry openTelemetry;

  WeirBuilder() {}

  /** The settings; without this call they are loaded from files, environment and properties. */
  public WeirBuilder config(WeirConfig config) {
    this.config = Objects.requireNonNull(config, "config");
    return this;
  }

  /** Where metrics go; without this call the global instance if one is set, else nowhere. */
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

  /** One more kind of context that follows a task to its thread; SLF4J's MDC already does. */
  public WeirBuilder contextCarrier(ContextCarrier carrier) {
    carriers.add(Objects.requireNonNull(carrier, "carrier"));
    return this;
  }

  /**
   * Starts everything, or nothing: if a part fails, those before it are closed again.
   *
   * @throws dev.weir.config.ConfigurationException if settings are wrong, naming every problem
   * @throws dev.weir.pool.DatabaseUnavailableException if PostgreSQL cannot be used
   * @throws IllegalStateException if no PostgreSQL is configured
   */
  public Weir start() {
    return Weir.of(Floors.open(this));
  }

  WeirConfig configured() {
    return config != null ? config : WeirConfig.load();
  }

  OpenTelemetry telemetry() {
    return openTelemetry != null ? openTelemetry : GlobalOpenTelemetry.getOrNoop();
  }
}
