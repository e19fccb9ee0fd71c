/**
 * The room for what has happened: whoever knows says it once, and all who want to hear it do, each
 * in its own time.
 *
 * <p>It stands on the facade {@link dev.weir.tasks}, which knows nothing of it. Events stay in this
 * process; nothing may enter that stores them or knows a database beyond {@link
 * dev.weir.tasks.spi.CommitHook}. Start reading at {@link dev.weir.tasks.event.EventBus}.
 */
@NullMarked
package dev.weir.tasks.event;

import org.jspecify.annotations.NullMarked;
