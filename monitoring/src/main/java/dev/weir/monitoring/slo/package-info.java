/**
 * The room of service level objectives: what share of calls shall be good, and how fast the budget
 * for the others burns.
 *
 * <p>Calls are counted exactly, in striped counters; windows are sums of slots. What acts on an
 * objective is elsewhere: alerts and policies. Start reading at {@link dev.weir.monitoring.slo.Slo}
 * and {@link dev.weir.monitoring.slo.Slos}.
 */
@NullMarked
package dev.weir.monitoring.slo;

import org.jspecify.annotations.NullMarked;
