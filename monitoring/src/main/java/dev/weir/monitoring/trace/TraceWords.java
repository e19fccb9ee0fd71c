package dev.weir.monitoring.trace;

import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The ids of a span in the log context of the calling thread, under the names that OpenTelemetry's
 * own logging instrumentation uses.
 */
record TraceWords(@Nullable String traceBefore, @Nullable String spanBefore) {

  private static final String TRACE = "trace_id";
  private static final String SPAN = "span_id";

  static @Nullable TraceWords of(SpanContext span) {
    if (!span.isValid()) {
      return null;
    }
    var before = new TraceWords(MDC.get(TRACE), MDC.get(SPAN));
    MDC.put(TRACE, span.getTraceId());
    MDC.put(SPAN, span.getSpanId());
    return before;
  }

  /** As it was before. */
  void takeOff() {
    restore(TRACE, traceBefore);
    restore(SPAN, spanBefore);
  }

  private static void restore(String key, @Nullable String value) {
    if (value == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, value);
    }
  }
}
