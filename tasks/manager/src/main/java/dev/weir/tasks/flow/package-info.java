/**
 * The room of tasks that belong together.
 *
 * <p>A {@link dev.weir.tasks.flow.TaskScope} ends its tasks before the code that started them goes
 * on, a {@link dev.weir.tasks.flow.TaskGroup} gathers tasks over time under one name, a {@link
 * dev.weir.tasks.flow.Debouncer} and a {@link dev.weir.tasks.flow.SingleFlight} make one task of
 * many calls. All stand on the public methods of {@link dev.weir.tasks.BackgroundTaskManager}: what
 * runs here is a task like any other, named, counted and listed there. No thread starts here, and
 * nothing may enter that knows how a task is run.
 */
@NullMarked
package dev.weir.tasks.flow;

import org.jspecify.annotations.NullMarked;
