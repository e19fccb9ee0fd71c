/**
 * Loads of many threads on real servers, rivals in the same run: the promises that no single call
 * can show.
 *
 * <p>A scenario enters with the rivals it is to be judged by, the promise it judges and a plot that
 * can be read without it. What one call costs in nanoseconds is JMH's, next door. Start reading at
 * {@link dev.weir.benchmarks.load.LoadHarness}.
 */
@NullMarked
package dev.weir.benchmarks.load;

import org.jspecify.annotations.NullMarked;
