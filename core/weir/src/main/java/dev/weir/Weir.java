package dev.weir;

import dev.weir.config.WeirConfig;
import dev.weir.gate.Deadline;
import dev.weir.monitoring.HealthEndpoint;
import dev.weir.monitoring.HealthRegistry;
import dev.weir.monitoring.Telemetry;
import dev.weir.monitoring.alert.Alerts;
import dev.weir.monitoring.alert.BudgetPolicies;
import dev.weir.monitoring.history.History;
import dev.weir.monitoring.slo.Slos;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.ShutdownReport;
import dev.weir.tasks.event.EventBus;
import dev.weir.tasks.event.EventsReport;
import dev.weir.tasks.shutdown.LastWords;
import dev.weir.tasks.shutdown.Participant;
import dev.weir.tasks.shutdown.ProcessSignals;
import dev.weir.tasks.shutdown.Registration;
import dev.weir.tasks.shutdown.ReloadReport;
import dev.weir.tasks.shutdown.Reloader;
import dev.weir.tasks.shutdown.Reloads;
import dev.weir.tasks.shutdown.ShutdownSequence;
import dev.weir.tasks.shutdown.SignalTarget;
import dev.weir.tasks.shutdown.StepReport;
import dev.weir.tasks.shutdown.StopReport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
 * false. The process's signals are left alone unless {@code shutdown.signals} is true, see {@link
 * ProcessSignals}. Several in one JVM, one for each database, do not know of each other. Safe for
 * use by many threads.
 */
public final class Weir implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Weir.class);

  private final Floors floors;
  private final ShutdownSequence sequence;
  private final Reloads reloads = new Reloads();
  private final ShutdownHook hook;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicReference<@Nullable Registration> signals = new AtomicReference<>();

  private Weir(Floors floors) {
    this.floors = floors;
    this.sequence = Closing.sequence(floors);
    this.hook =
        floors.config().shutdown().hook()
            ? ShutdownHook.of(() -> endWithProcess("end of the JVM"), floors.system())
            : ShutdownHook.NONE;
  }

  static Weir of(Floors floors, WeirBuilder builder) {
    var weir = new Weir(floors);
    try {
      weir.complete(builder);
      return weir;
    } catch (Throwable failure) {
      weir.hook.remove();
      floors.opened().closeAfter(failure);
      throw failure;
    }
  }

  private void complete(WeirBuilder builder) {
    floors.opened().next("reloaders");
    builder.source().ifPresent(source -> onReload("settings", comparing(source)));
    builder.reloaders.forEach(this::onReload);
    floors.opened().next("participants of the stop");
    builder.participants.forEach(this::onStop);
    floors.opened().next("shutdown hook and signals");
    hook.add();
    takeSignals();
  }

  private Reloader comparing(Supplier<WeirConfig> source) {
    var known = new AtomicReference<>(config());
    return () -> Closing.reload(floors, known, source);
  }

  private void takeSignals() {
    if (floors.config().shutdown().signals()) {
      signals.set(ProcessSignals.take(new OnSignal()));
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

  /** What has happened, by type, within this process. */
  public EventBus events() {
    return floors.events();
  }

  /** How everything is doing. */
  public HealthRegistry health() {
    return floors.health();
  }

  /** What share of calls shall be good, and how fast the budget for the others burns. */
  public Slos slos() {
    return floors.oversight().slos();
  }

  /** What is wrong, and who was told. */
  public Alerts alerts() {
    return floors.oversight().alerts();
  }

  /** What stood back while a budget burnt, and why. */
  public BudgetPolicies policies() {
    return floors.oversight().policies();
  }

  /** How the key figures were in the last day, and what is usual. */
  public History history() {
    return floors.oversight().history();
  }

  /** Where health is served by HTTP; empty unless {@code health.endpoint.port} is set. */
  public Optional<HealthEndpoint> healthEndpoint() {
    return Optional.ofNullable(floors.endpoint());
  }

  /** The figures that are kept whether or not anybody exports them. */
  public Telemetry telemetry() {
    return floors.telemetry();
  }

  /** The settings in force. */
  public WeirConfig config() {
    return floors.config();
  }

  /**
   * A status report for people: lanes, tasks, health, threads of libraries, settings, and what a
   * stop that is under way waits for. No secret is in it.
   */
  public String describe() {
    return sequence.progress().map(line -> line + "\n").orElse("") + Description.of(floors);
  }

  /**
   * Refuses new tasks and sessions and lets those under way end: tasks first, which may still
   * publish, then the events on their way, then sessions. A task under way and a subscriber at its
   * event still get the sessions they need. Health checks go on, readiness fails, and participants
   * of the stop are not called: {@link #close()} does that. There is no way back.
   *
   * @param budget the longest it may take; tasks and subscribers still running then are interrupted
   */
  public DrainReport drain(Duration budget) {
    Deadline deadline = Deadline.in(Objects.requireNonNull(budget, "budget"));
    floors.health().refuseTraffic("the service drains");
    floors.oversight().end();
    floors.tasks().stopAccepting();
    floors.connections().stopAccepting(floors::isUnderWay);
    ShutdownReport tasks = floors.tasks().close(deadline.remaining());
    EventsReport events = floors.events().close(deadline.remaining());
    return new DrainReport(tasks, events, floors.connections().drain(deadline));
  }

  /**
   * Has somebody take part in the stop, so that what the service itself has opened is closed in
   * order, under the same budget. A participant may open sessions until its turn is over, whatever
   * the phase, but start no task.
   *
   * @return takes it out again
   * @throws IllegalArgumentException if another has that name
   * @throws IllegalStateException if the stop has begun
   */
  public Registration onStop(Participant participant) {
    return sequence.add(Objects.requireNonNull(participant, "participant"));
  }

  /**
   * Has something read anew by {@link #reload()}, and by SIGHUP if {@code shutdown.signals} is set.
   *
   * @return takes it out again
   * @throws IllegalArgumentException if another has that name
   */
  public Registration onReload(String name, Reloader reloader) {
    return reloads.add(name, reloader);
  }

  /**
   * Asks everything that can be read anew to do so, and logs what came of it. The settings are read
   * from their sources, unless the program brought them: {@code pool.min}, {@code pool.max} and the
   * password of PostgreSQL take effect, and so does a password of a lane's own login that is kept
   * in a file; what else has changed is named, since it needs a restart.
   */
  public ReloadReport reload() {
    return reloads.run();
  }

  /**
   * Stops everything, in the order of {@link dev.weir.tasks.shutdown.Phase}, within {@code
   * shutdown.budget}: tasks and sessions under way end, or are named in the log; then every part is
   * closed, whatever the others do. Closing twice is harmless: the second call waits for the first,
   * or returns at once if it comes from inside a task or a participant that the first waits for.
   *
   * @throws IllegalStateException if a part could not be closed, with every failure inside
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      begin("close()").ifPresent(Weir::throwFailures);
    } else {
      sequence.stop("close()", budget());
    }
  }

  private Optional<StopReport> begin(String reason) {
    hook.remove();
    Optional<StopReport> report = sequence.stop(reason, budget());
    report.ifPresent(Weir::log);
    Registration taken = signals.getAndSet(null);
    if (taken != null) {
      taken.withdraw();
    }
    return report;
  }

  /** With a word on standard error about what is left: a log back end may have ended before us. */
  private boolean endWithProcess(String reason) {
    Optional<StopReport> report =
        closing.compareAndSet(false, true) ? begin(reason) : sequence.stop(reason, budget());
    report.filter(it -> !it.isClean()).ifPresent(it -> LastWords.say("Weir: " + it.text()));
    return report.isPresent() && report.get().isClean();
  }

  private Duration budget() {
    return floors.config().shutdown().budget();
  }

  private static void log(StopReport report) {
    if (report.isClean()) {
      LOG.info("{}", report.text());
    } else {
      LOG.warn("{}", report.text());
    }
  }

  private static void throwFailures(StopReport report) {
    List<StepReport> failed =
        report.steps().stream().filter(step -> step.failure().isPresent()).toList();
    if (failed.isEmpty()) {
      return;
    }
    var failure =
        new IllegalStateException(
            "Weir is closed, but parts of it failed to close: "
                + failed.stream().map(StepReport::name).collect(Collectors.joining(", ")));
    report.failures().forEach(failure::addSuppressed);
    throw failure;
  }

  /** This Weir as the process's signals see it. */
  private final class OnSignal implements SignalTarget {
    @Override
    public boolean stop(String signal) {
      return endWithProcess(signal);
    }

    @Override
    public String status() {
      return describe();
    }

    @Override
    public void reload() {
      Weir.this.reload();
    }
  }
}
