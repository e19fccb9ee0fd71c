/**
 * What stands between the listeners of the floors below and whoever collects: names, counters,
 * buckets.
 *
 * <p>A call of a listener costs a few striped counters and, if somebody collects, one record of a
 * histogram with attributes made before. Start reading at {@link
 * dev.weir.monitoring.telemetry.PoolMetrics}.
 */
@NullMarked
package dev.weir.monitoring.telemetry;

import org.jspecify.annotations.NullMarked;
