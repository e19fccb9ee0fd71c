/**
 * The loads themselves: which rivals, which work, which promise, which picture.
 *
 * <p>A scenario opens a {@link dev.weir.benchmarks.load.scenarios.Stage}, which lists the trials of
 * a round; it runs nothing by itself. Start reading at {@link
 * dev.weir.benchmarks.load.scenarios.Scenario}, then {@code Fairness}, the shortest one.
 */
@NullMarked
package dev.weir.benchmarks.load.scenarios;

import org.jspecify.annotations.NullMarked;
