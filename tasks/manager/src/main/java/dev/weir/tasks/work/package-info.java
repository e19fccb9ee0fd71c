/**
 * The seam between what has work to do, schedules and executor views, and the engine that does it:
 * so that those rooms stand below the engine and can be tried without it. Interfaces alone enter.
 * Start reading at {@link dev.weir.tasks.work.Starter}.
 */
@NullMarked
package dev.weir.tasks.work;

import org.jspecify.annotations.NullMarked;
