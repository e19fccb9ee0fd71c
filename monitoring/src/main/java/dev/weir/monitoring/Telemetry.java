package dev.weir.monitoring;

import dev.weir.config.TelemetryConfig;
import dev.weir.config.TelemetryConfig.Target;
import dev.weir.monitoring.export.OtelFeed;
import dev.weir.monitoring.export.OwnSdk;
import dev.weir.monitoring.export.PrometheusText;
import dev.weir.monitoring.slo.Slos;
import dev.weir.monitoring.telemetry.EventTelemetry;
import dev.weir.monitoring.telemetry.Ledger;
import dev.weir.monitoring.telemetry.PoolMetrics;
import dev.weir.monitoring.telemetry.Readout;
import dev.weir.monitoring.telemetry.TaskMetrics;
import dev.weir.monitoring.trace.Spans;
import dev.weir.monitoring.trace.TraceCarrier;
import dev.weir.pool.PoolListener;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.TaskListener;
import dev.weir.tasks.event.EventBus;
import dev.weir.tasks.event.EventListener;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge from the floors below to OpenTelemetry, Micrometer and Prometheus, with a few figures
 * for people beside it.
 *
 * <p>It starts no thread. What the listeners are told goes into striped counters; everything else
 * is read when somebody collects. {@code db.client.connection.wait_time} counts those who did not
 * wait too: as zeros, at collection. {@code db.client.connection.use_time} records one use in 64,
 * chosen uniformly: its shape is true, its count is not the number of uses. At most 256 task names,
 * 256 classes of events, 64 lanes and 64 bulkheads have series of their own. Metrics go to one
 * place, as {@link TelemetryConfig.Target} says; spans go to OpenTelemetry. Without an SDK nothing
 * of it is seen and nothing is allocated for a borrow. Safe for use by many threads.
 */
public final class Telemetry implements AutoCloseable {

  private static final String SCOPE = "dev.weir";
  private static final int MOST_EVENTS = 256;
  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring");

  private final TelemetryConfig config;
  private final @Nullable Meter meter;
  private final @Nullable AutoCloseable ownSdk;
  private final Ledger ledger;
  private final Readout.Told told;
  private final CheckListener checks;
  private final AtomicBoolean observing = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Readout readout;
  private final AtomicReference<@Nullable BatchCallback> callback = new AtomicReference<>();

  private Telemetry(
      OpenTelemetry openTelemetry, TelemetryConfig config, @Nullable AutoCloseable ownSdk) {
    this.config = config;
    this.ownSdk = ownSdk;
    this.meter =
        switch (config.target()) {
          case AUTO, OTEL -> openTelemetry.getMeter(SCOPE);
          case MICROMETER, NONE -> null;
        };
    this.ledger = new Ledger(meter);
    this.checks = new CheckTimes(ledger);
    var spans = new Spans(openTelemetry.getTracer(SCOPE), which(config), config.mdc());
    var tasks = new TaskMetrics(ledger, spans);
    this.told =
        new Readout.Told(
            new PoolMetrics(ledger, spans),
            tasks,
            tasks.ofSystem(),
            new EventTelemetry(spans, MOST_EVENTS));
  }

  private static Spans.Which which(TelemetryConfig config) {
    return switch (config.spans()) {
      case ALL -> Spans.Which.ALL;
      case WORK -> Spans.Which.WORK;
      case OFF -> Spans.Which.NONE;
    };
  }

  /** As {@link #open(OpenTelemetry, TelemetryConfig)}, by the default settings. */
  public static Telemetry open(OpenTelemetry openTelemetry) {
    return open(openTelemetry, TelemetryConfig.defaults());
  }

  /** Opens the bridge to this instance, which stays its owner's. */
  public static Telemetry open(OpenTelemetry openTelemetry, TelemetryConfig config) {
    return new Telemetry(openTelemetry, config, null);
  }

  /**
   * Opens the bridge to the global instance, if one is set. If none is, but {@code OTEL_*} is in
   * the environment or {@code otel.*} among the system properties, and {@code
   * opentelemetry-sdk-extension-autoconfigure} is on the path, an SDK of Weir's own is started by
   * those settings, and ended by {@link #close}. Otherwise nothing is told to OpenTelemetry. The
   * global instance is neither set nor, by looking, made final.
   */
  public static Telemetry open(TelemetryConfig config) {
    boolean anySpans = config.spans() != TelemetryConfig.Spans.OFF;
    boolean anyMetrics = config.target() == Target.AUTO || config.target() == Target.OTEL;
    if (!GlobalOpenTelemetry.isSet()
        && (anySpans || anyMetrics)
        && OwnSdk.isWanted(System.getenv(), System.getProperties().stringPropertyNames())) {
      try {
        OwnSdk sdk = OwnSdk.start();
        return new Telemetry(sdk.openTelemetry(), config, sdk);
      } catch (RuntimeException wrong) {
        LOG.warn(
            "OpenTelemetry's SDK could not be started by OTEL_* and otel.*, so nothing is told to"
                + " it; take those settings out, or mend them: {}",
            wrong.getMessage(),
            wrong);
      }
    }
    return open(GlobalOpenTelemetry.getOrNoop(), config);
  }

  /** To be given to the pool when it is opened. */
  public PoolListener poolListener() {
    return told.pool();
  }

  /**
   * The trace that the calling thread is in, in the form of W3C's Trace Context, version 00; null
   * if it is in none.
   */
  public static @Nullable String traceParent() {
    SpanContext span = Span.current().getSpanContext();
    return span.isValid()
        ? "00-%s-%s-%s".formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex())
        : null;
  }

  /** Has the trace of whoever submits a task or publishes an event follow it to its thread. */
  public static ContextCarrier contextCarrier() {
    return TraceCarrier.INSTANCE;
  }

  /** To be given to the task manager when it is opened. */
  public TaskListener taskListener() {
    return told.tasks();
  }

  /** To be given to the manager of system tasks: those are counted, but are no spans. */
  public TaskListener systemListener() {
    return told.system();
  }

  /** To be given to the event bus when it is opened. */
  public EventListener eventListener() {
    return told.events();
  }

  /** To be given to the health registry when it is opened. */
  public CheckListener checkListener() {
    return checks;
  }

  /**
   * What is looked at whenever somebody collects.
   *
   * @param connections its pool
   * @param tasks its tasks
   * @param events its events
   * @param health its monitors
   * @param slos its objectives
   */
  public record Observed(
      UnifiedConnectionManager connections,
      BackgroundTaskManager tasks,
      EventBus events,
      HealthRegistry health,
      Slos slos) {

    private Readout.Sources sources() {
      return new Readout.Sources(
          connections::snapshot,
          tasks::snapshot,
          tasks::stuck,
          tasks::circuits,
          events::snapshot,
          () -> health.report().monitors().stream().map(Observed::checked).toList(),
          slos::reports);
    }

    private static Readout.Checked checked(MonitorReport part) {
      Optional<Double> status =
          switch (part.health().status()) {
            case UP -> Optional.of(1.0);
            case DEGRADED -> Optional.of(0.5);
            case DOWN -> Optional.of(0.0);
            case UNKNOWN -> Optional.empty();
          };
      return new Readout.Checked(part.name(), status, part.age().toNanos() / 1e9);
    }
  }

  /**
   * From now on these are looked at whenever somebody collects.
   *
   * @throws IllegalStateException if something is looked at already: the figures of two pools under
   *     one name would be those of neither
   */
  public void observe(Observed all) {
    if (!observing.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "This telemetry observes a pool already; open one of its own for each Weir.");
    }
    var looks = new Readout(all.sources(), told);
    readout = looks;
    if (meter != null) {
      callback.set(OtelFeed.register(meter, looks));
    }
  }

  /**
   * Lets a registry of Micrometer have the metrics from now on, and OpenTelemetry no more: for
   * {@link dev.weir.monitoring.micrometer.WeirMetrics}.
   *
   * @throws IllegalStateException if {@code telemetry.target} wants them elsewhere, or nothing is
   *     observed yet
   */
  @SuppressWarnings("exports") // for a package of this module alone
  public Registered giveToMicrometer() {
    if (config.target() == Target.OTEL || config.target() == Target.NONE) {
      throw new IllegalStateException(
          "A Micrometer registry cannot have Weir's metrics, because telemetry.target is %s: set it to micrometer or auto."
              .formatted(config.target()));
    }
    Readout looks = readout;
    if (looks == null) {
      throw new IllegalStateException(
          "There are no metrics yet: bind the registry when Weir has started.");
    }
    stopLooking();
    ledger.leave();
    return new Registered(ledger, looks);
  }

  /** All there is to register. */
  @SuppressWarnings("exports") // for a package of this module alone
  public record Registered(Ledger ledger, Readout readout) {}

  /**
   * All metrics in Prometheus' text format, version 0.0.4 ({@code text/plain; version=0.0.4}), with
   * or without an SDK; empty before {@link #observe}.
   */
  public String prometheus() {
    Readout looks = readout;
    return looks == null ? "" : PrometheusText.of(looks.read(), ledger.all());
  }

  /**
   * The ten metrics that are asked for most, as of now, with or without an SDK; empty before {@link
   * #observe}. Quantiles are off by an eighth at most and left out while there is nothing to count.
   */
  public List<Figure> figures() {
    Readout all = readout;
    return all == null
        ? List.of()
        : all.readings().stream()
            .map(
                it -> new Figure(it.metric().id(), it.attributes(), it.value(), it.metric().unit()))
            .toList();
  }

  /**
   * Nothing is looked at any more, and an SDK of Weir's own sends what it has and ends; the
   * listeners may still be called. Closing twice is harmless.
   */
  @Override
  public void close() {
    try {
      // Last words first: it looks once more before it ends.
      if (ownSdk != null && closed.compareAndSet(false, true)) {
        ownSdk.close();
      }
    } catch (Exception failure) {
      throw new IllegalStateException("OpenTelemetry's SDK could not be closed.", failure);
    } finally {
      stopLooking();
    }
  }

  private void stopLooking() {
    BatchCallback registered = callback.getAndSet(null);
    if (registered != null) {
      registered.close();
    }
  }

  /**
   * A figure of one moment.
   *
   * @param name the metric's name
   * @param attributes what tells it from others of that name: {@code name=value} or nothing
   * @param value how much
   * @param unit of what, in UCUM
   */
  public record Figure(String name, String attributes, double value, String unit) {}
}
