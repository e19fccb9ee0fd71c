package dev.weir.monitoring.trace;

import dev.weir.tasks.spi.Step;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A span that is the current one from its beginning to its end, on one thread. */
public final class SpanStep implements Step {

  /** How something ended. */
  public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("weir.outcome");

  /** What kind of failure it was. */
  public static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private static final AttributeKey<String> SQL_STATE =
      AttributeKey.stringKey("db.response.status_code");
  private static final AttributeKey<String> EXCEPTION = AttributeKey.stringKey("exception.type");
  private static final int DEEPEST_CAUSE = 20;

  private final Span span;
  private final Outcomes outcomes;
  private final @Nullable TraceWords words;
  private final Scope scope;
  private @Nullable Note last;

  // Closed by end, on the same thread.
  @SuppressWarnings("MustBeClosedChecker")
  SpanStep(SpanBuilder builder, Outcomes outcomes, boolean inLogs) {
    this.span = builder.startSpan();
    this.outcomes = outcomes;
    this.scope = span.makeCurrent();
    this.words = inLogs ? TraceWords.of(span.getSpanContext()) : null;
  }

  /** How it ended, in a word. */
  @FunctionalInterface
  interface Outcomes {

    /**
     * Says so.
     *
     * @param failure what was thrown; null if nothing was
     * @param last what was noted about its end; null if nothing was
     */
    String of(@Nullable Throwable failure, Step.@Nullable Note last);
  }

  @Override
  public void note(Note note, @Nullable Throwable why) {
    switch (note) {
      case RETRY -> span.addEvent("retry", why == null ? Attributes.empty() : about(why));
      case GIVEN_UP, UNUSED -> last = note;
    }
  }

  /** The class and SQLSTATE alone: a message may hold what is secret. */
  private static Attributes about(Throwable why) {
    var all = Attributes.builder().put(EXCEPTION, why.getClass().getName());
    String state = sqlState(why);
    return state == null ? all.build() : all.put(SQL_STATE, state).build();
  }

  /** The first SQLSTATE in what was thrown and its causes; null if there is none. */
  public static @Nullable String sqlState(Throwable failure) {
    @Nullable Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST_CAUSE; depth++) {
      if (each instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
      each = each.getCause();
    }
    return null;
  }

  /** What kind of failure it is: the server's SQLSTATE if there is one, else its class. */
  public static String errorType(Throwable failure) {
    String state = sqlState(failure);
    return state == null ? failure.getClass().getName() : state;
  }

  @Override
  public void end(@Nullable Throwable failure) {
    if (words != null) {
      words.takeOff();
    }
    scope.close();
    span.setAttribute(OUTCOME, outcomes.of(failure, last));
    if (failure != null) {
      String state = sqlState(failure);
      if (state != null) {
        span.setAttribute(SQL_STATE, state);
      }
      span.setAttribute(ERROR, errorType(failure));
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
