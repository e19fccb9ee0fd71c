/**
 * Spans of OpenTelemetry for what the floors below tell, and the trace that goes along with tasks
 * and events. Start reading at {@link dev.weir.monitoring.trace.Spans}.
 */
@NullMarked
package dev.weir.monitoring.trace;

import org.jspecify.annotations.NullMarked;
