/**
 * The measuring core that all load scenarios share: loops, schedules, statistics, and the time that
 * neighbours on the host took away.
 *
 * <p>Nothing here knows a scenario or a rival by name; what is measured comes in as a lambda. Start
 * reading at {@link dev.weir.benchmarks.load.measure.Trial}.
 */
@NullMarked
package dev.weir.benchmarks.load.measure;

import org.jspecify.annotations.NullMarked;
