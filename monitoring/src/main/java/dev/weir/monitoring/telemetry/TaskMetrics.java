package dev.weir.monitoring.telemetry;

import dev.weir.monitoring.trace.SpanStep;
import dev.weir.monitoring.trace.Spans;
import dev.weir.tasks.TaskListener;
import dev.weir.tasks.TaskRun;
import dev.weir.tasks.spi.Step;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the task managers tell. Safe for use by many threads; the end of a task allocates
 * only for a name, an outcome or a failure it has not seen. The first 256 names have series of
 * their own, all further ones share {@code other}; the first four kinds of failure of each name
 * likewise, all further ones share {@code _OTHER}.
 */
public final class TaskMetrics implements TaskListener {

  /** The word of OpenTelemetry's conventions for a kind of failure without one of its own. */
  private static final String ANY = "_OTHER";

  static final AttributeKey<String> NAME = AttributeKey.stringKey("weir.task.name");
  private static final int MOST_NAMES = 256;
  private static final int MOST_ERRORS = 4;

  private final Ledger ledger;
  private final @Nullable Spans spans;
  private final Names names;
  private final ConcurrentHashMap<String, Counted> counted = new ConcurrentHashMap<>();
  private final LatencyRecorder durations = new LatencyRecorder();

  /** Counts in this ledger. */
  public TaskMetrics(Ledger ledger, Spans spans) {
    this(ledger, spans, new Names(MOST_NAMES));
  }

  private TaskMetrics(Ledger ledger, @Nullable Spans spans, Names names) {
    this.ledger = ledger;
    this.spans = spans;
    this.names = names;
  }

  /** For the tasks of Weir itself: the same, but nobody follows them. */
  public TaskMetrics ofSystem() {
    return new TaskMetrics(ledger, null, names);
  }

  /** What the tasks of one name have come to. */
  static final class Counted {

    final Attributes attributes;
    final LongAdder retries = new LongAdder();
    final LongAdder dead = new LongAdder();
    private final Names errors = new Names(MOST_ERRORS);
    private final ConcurrentHashMap<Outcome, Distribution> durations = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Distribution> failures = new ConcurrentHashMap<>();

    Counted(String name) {
      this.attributes = Attributes.of(NAME, name);
    }

    Distribution duration(Outcome outcome, Ledger ledger) {
      Distribution known = durations.get(outcome);
      return known != null
          ? known
          : durations.computeIfAbsent(
              outcome, it -> ledger.of(Metric.TASK_DURATION, attributes(it)));
    }

    Distribution failed(Throwable failure, Ledger ledger) {
      String kind = errors.of(SpanStep.errorType(failure));
      Distribution known = failures.get(kind);
      return known != null
          ? known
          : failures.computeIfAbsent(
              kind,
              it -> ledger.of(Metric.TASK_DURATION, failed(it.equals(Names.OTHER) ? ANY : it)));
    }

    private Attributes attributes(Outcome outcome) {
      return switch (outcome) {
        case SUCCEEDED -> ended("ok").build();
        case FAILED -> failed(ANY);
        case CANCELLED -> ended("cancelled").build();
        case TIMED_OUT -> ended("timeout").put(SpanStep.ERROR, "timeout").build();
      };
    }

    private Attributes failed(String kind) {
      return ended("failed").put(SpanStep.ERROR, kind).build();
    }

    private AttributesBuilder ended(String how) {
      return attributes.toBuilder().put(SpanStep.OUTCOME, how);
    }
  }

  @Override
  public boolean follows() {
    return spans != null;
  }

  @Override
  public @Nullable Step running(TaskRun run) {
    if (run.attempt() == 1) {
      run.bulkhead().ifPresent(name -> waited(name, run));
    }
    return spans != null && spans.areMade() ? spans.task(run) : null;
  }

  private void waited(String bulkhead, TaskRun run) {
    String lane = run.priority().name().toLowerCase(Locale.ROOT);
    ledger
        .of(Metric.GATE_WAIT, Attributes.of(Readout.GATE, bulkhead, Node.LANE, lane))
        .record(run.waited().toNanos());
  }

  @Override
  public void finished(String name, Outcome outcome, long runNanos, @Nullable Throwable failure) {
    durations.record(runNanos);
    Counted counts = of(name);
    Distribution took =
        failure == null ? counts.duration(outcome, ledger) : counts.failed(failure, ledger);
    took.record(runNanos);
  }

  @Override
  public void retrying(String name, int failed, Throwable failure) {
    of(name).retries.increment();
  }

  @Override
  public void buried(String name) {
    of(name).dead.increment();
  }

  @Override
  public void late(String name, Duration lateness) {
    ledger.of(Metric.SCHEDULE_LATENESS, of(name).attributes).record(lateness.toNanos());
  }

  private Counted of(String name) {
    Counted known = counted.get(name);
    return known != null ? known : counted.computeIfAbsent(names.of(name), Counted::new);
  }

  Map<String, Counted> counted() {
    return counted;
  }

  Names names() {
    return names;
  }

  double durationQuantile(double quantile) {
    return LatencyRecorder.quantile(List.of(durations), 0, quantile);
  }
}
