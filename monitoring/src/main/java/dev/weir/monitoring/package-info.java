/**
 * The room that watches the floors below and changes nothing there.
 *
 * <p>Health: monitors that run as system tasks, each with a timeout, and a report that is always at
 * hand. Telemetry: listeners and figures of the pool and the tasks under the names of
 * OpenTelemetry. What may enter is what observes; what decides about connections or tasks stays
 * below. No thread is started here. Start reading at {@link dev.weir.monitoring.HealthRegistry} and
 * {@link dev.weir.monitoring.Telemetry}.
 */
@NullMarked
package dev.weir.monitoring;

import org.jspecify.annotations.NullMarked;
