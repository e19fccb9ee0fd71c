package dev.weir.monitoring.slo;

import java.time.Duration;

/**
 * How long calls took in the last five to ten minutes; each figure is off by 1 % at most, and calls
 * of more than an hour count as an hour. Immutable.
 *
 * @param calls how many
 * @param p50 half of them took no longer
 * @param p95 95 % took no longer
 * @param p99 99 % took no longer
 * @param max none took longer
 */
public record Quantiles(long calls, Duration p50, Duration p95, Duration p99, Duration max) {}
