/**
 * Where what was published waits for those who handle it: bounded queues of many threads on both
 * sides, and the two places where threads wait for them.
 *
 * <p>What is queued is of no concern here. Start reading at {@link
 * dev.weir.tasks.event.queue.Backlog}.
 */
@NullMarked
package dev.weir.tasks.event.queue;

import org.jspecify.annotations.NullMarked;
