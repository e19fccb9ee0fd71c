package dev.weir.monitoring.history;

import java.time.Instant;

/**
 * One value of a series. Immutable.
 *
 * @param at the minute it is of
 * @param value the value
 */
public record Point(Instant at, double value) {}
