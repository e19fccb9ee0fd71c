/**
 * How evenly a pool serves many threads, rivals in the same run.
 *
 * <p>Each thread borrows, parks while it holds the connection, gives it back and borrows again. It
 * parks because a thread that holds without ever waiting keeps its processor: then only as many
 * threads run as there are processors, and nothing is learned. Only loads of this kind may enter;
 * what one call costs is measured next door. Start reading at {@link
 * dev.weir.benchmarks.fairness.FairnessHarness}.
 */
@NullMarked
package dev.weir.benchmarks.fairness;

import org.jspecify.annotations.NullMarked;
