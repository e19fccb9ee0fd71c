/**
 * What makes settable time tick: the line of tasks and the scheduler that fills it.
 *
 * <p>Not exported; no thread is started and no real clock is read here, except where a caller waits
 * for another thread to advance. Start reading at {@link dev.weir.testkit.time.Timeline}.
 */
@NullMarked
package dev.weir.testkit.time;

import org.jspecify.annotations.NullMarked;
