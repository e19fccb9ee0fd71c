/**
 * Weir's metrics in a registry of Micrometer: the same names and values as in OpenTelemetry. Needs
 * {@code micrometer-core} on the path, which Weir does not bring. Start reading at {@link
 * dev.weir.monitoring.micrometer.WeirMetrics}.
 */
@NullMarked
package dev.weir.monitoring.micrometer;

import org.jspecify.annotations.NullMarked;
