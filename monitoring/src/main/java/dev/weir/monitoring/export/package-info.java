/**
 * The ways out for what {@code dev.weir.monitoring.telemetry} has counted: OpenTelemetry's
 * instruments, an SDK of Weir's own, Prometheus' text. Micrometer's is apart, because its jar may
 * not be there. Start reading at {@link dev.weir.monitoring.export.OtelFeed}.
 */
@NullMarked
package dev.weir.monitoring.export;

import org.jspecify.annotations.NullMarked;
