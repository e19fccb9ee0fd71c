/**
 * The room where threads are started: the only one.
 *
 * <p>A {@link dev.weir.tasks.BackgroundTaskManager} runs its users' work and a {@link
 * dev.weir.tasks.SystemTasks} Weir's own, each task by name, on a virtual thread of that name, with
 * the caller's context around it, counted and listed until it has ended. What a task does is no
 * concern of this room, and nothing may enter that knows a database, a metric or a setting's
 * source. Start reading at {@link dev.weir.tasks.BackgroundTaskManager}, then at {@code Engine}.
 */
@NullMarked
package dev.weir.tasks;

import org.jspecify.annotations.NullMarked;
