/** Tests of counters and buckets. */
@NullMarked
package dev.weir.monitoring.telemetry;

import org.jspecify.annotations.NullMarked;
