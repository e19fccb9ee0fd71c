/**
 * Writes what Grafana and Prometheus are given in {@code docker/}, from the table of metrics. Start
 * reading at {@link dev.weir.monitoring.boards.BoardsTest}.
 */
@NullMarked
package dev.weir.monitoring.boards;

import org.jspecify.annotations.NullMarked;
