package dev.weir.monitoring.trace;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.pool.Access;
import dev.weir.pool.UnknownOutcomeException;
import dev.weir.tasks.TaskRun;
import dev.weir.tasks.spi.Step;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The spans that Weir makes. Safe for use by many threads.
 *
 * <p>A task's try is always one, and begins a trace where its submitter was in none, as schedules
 * are. Everything else is only told inside a trace that somebody records: a session, a transaction
 * with all its tries, a request, a wait at the gate that took more than a millisecond or came to
 * nothing, an event at a subscriber. So what no trace asks for costs one look at the current span.
 */
public final class Spans {

  private static final AttributeKey<String> LANE = AttributeKey.stringKey("weir.lane");
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  private static final AttributeKey<String> SESSION = AttributeKey.stringKey("weir.session.name");
  private static final AttributeKey<Boolean> READ_ONLY =
      AttributeKey.booleanKey("weir.session.read_only");
  private static final AttributeKey<String> TASK = AttributeKey.stringKey("weir.task.name");
  private static final AttributeKey<Long> TASK_ID = AttributeKey.longKey("weir.task.id");
  private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("weir.task.attempt");
  private static final AttributeKey<String> BULKHEAD = AttributeKey.stringKey("weir.bulkhead");
  private static final AttributeKey<String> SUBSCRIBER =
      AttributeKey.stringKey("messaging.consumer.group.name");
  private static final AttributeKey<String> MESSAGING = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> MESSAGING_NAME =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> MESSAGING_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  private static final long WORTH_A_SPAN = TimeUnit.MILLISECONDS.toNanos(1);

  private final Tracer tracer;
  private final Which which;
  private final boolean inLogs;

  /** Which of them are made. */
  public enum Which {
    /** None. */
    NONE,
    /** Tasks, events and waits. */
    WORK,
    /** Sessions and transactions as well. */
    ALL
  }

  /**
   * Spans by this tracer.
   *
   * @param inLogs whether the log context of a task and of a subscriber tells the ids of its span
   */
  public Spans(Tracer tracer, Which which, boolean inLogs) {
    this.tracer = tracer;
    this.which = which;
    this.inLogs = inLogs;
  }

  /** Whether any is. */
  public boolean areMade() {
    return which != Which.NONE && tracer.isEnabled();
  }

  /** Whether sessions and transactions are. */
  public boolean ofSessions() {
    return areMade() && which == Which.ALL;
  }

  /** The span itself may have ended, as that of a task often has when its event is handled. */
  private static boolean isTraced() {
    return Span.current().getSpanContext().isSampled();
  }

  /** Of a try of a task, which is about to run on this thread. */
  public Step task(TaskRun run) {
    SpanBuilder span =
        tracer
            .spanBuilder("task " + run.name())
            .setAttribute(TASK, run.name())
            .setAttribute(TASK_ID, run.id())
            .setAttribute(ATTEMPT, (long) run.attempt());
    run.bulkhead().ifPresent(name -> span.setAttribute(BULKHEAD, name));
    return new SpanStep(span, (failure, _) -> ofTask(run, failure), inLogs);
  }

  private static String ofTask(TaskRun run, @Nullable Throwable failure) {
    if (run.isCancelled()) {
      return "cancelled";
    }
    return failure == null ? "ok" : "failed";
  }

  /** Of an event at a subscriber; null outside a trace. */
  public @Nullable Step event(String subscriber, Object event) {
    if (!isTraced()) {
      return null;
    }
    String type = event.getClass().getSimpleName();
    SpanBuilder span =
        tracer
            .spanBuilder("process " + type)
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute(MESSAGING, "weir")
            .setAttribute(MESSAGING_NAME, "process")
            .setAttribute(MESSAGING_TYPE, "process")
            .setAttribute(DESTINATION, type)
            .setAttribute(SUBSCRIBER, subscriber);
    return new SpanStep(span, (failure, _) -> failure == null ? "ok" : "failed", inLogs);
  }

  /** Of a session; null outside a trace. */
  public @Nullable Step session(Access access) {
    return isTraced()
        ? new SpanStep(
            on("session", access), (failure, _) -> failure == null ? "ok" : "failed", false)
        : null;
  }

  /** Of a transaction with all its tries; null outside a trace. */
  public @Nullable Step transaction(Access access) {
    return isTraced()
        ? new SpanStep(
            on("transaction", access).setAttribute(OPERATION, "transaction"),
            Spans::ofTransaction,
            false)
        : null;
  }

  private SpanBuilder on(String what, Access access) {
    String name = access.name();
    SpanBuilder span =
        tracer
            .spanBuilder(what + " " + (name == null ? access.lane() : name))
            .setAttribute(SYSTEM, "postgresql")
            .setAttribute(LANE, access.lane())
            .setAttribute(READ_ONLY, access.mode() == Access.Mode.READ_ONLY);
    return name == null ? span : span.setAttribute(SESSION, name);
  }

  /** Of a request, from its first word to its last; null outside a trace. */
  public @Nullable Step request(Access access) {
    return isTraced() ? new SpanStep(on("request", access), Spans::ofTransaction, false) : null;
  }

  private static String ofTransaction(@Nullable Throwable failure, Step.@Nullable Note last) {
    if (last == Step.Note.UNUSED) {
      return failure == null ? "ok" : "failed";
    }
    if (failure instanceof UnknownOutcomeException) {
      return "unknown";
    }
    return failure == null && last == null ? "committed" : "rolled_back";
  }

  /**
   * A caller has waited at the gate of the pool, until now.
   *
   * @param refused why in vain; null if it was let in
   */
  public void waited(String lane, long nanos, @Nullable Reason refused) {
    if (!areMade() || !isTraced() || (refused == null && nanos <= WORTH_A_SPAN)) {
      return;
    }
    Instant end = Instant.now();
    Span span =
        tracer
            .spanBuilder("gate wait")
            .setStartTimestamp(end.minusNanos(nanos))
            .setAttribute(LANE, lane)
            .startSpan();
    if (refused != null) {
      span.setAttribute(SpanStep.ERROR, refused.name().toLowerCase(Locale.ROOT));
      span.setStatus(StatusCode.ERROR);
    }
    span.end(end);
  }
}
