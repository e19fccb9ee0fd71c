/**
 * Views that look to the world like executors of {@code java.util.concurrent} and keep their whole
 * contract, while each command is a task. They start nothing themselves: that is asked of a {@link
 * dev.weir.tasks.work.Starter}, and delays are waited for on the timer that is given. Nothing may
 * enter that knows an engine. Start reading at {@link dev.weir.tasks.executor.ExecutorViews}, then
 * at {@code TaskExecutor}.
 */
@NullMarked
package dev.weir.tasks.executor;

import org.jspecify.annotations.NullMarked;
