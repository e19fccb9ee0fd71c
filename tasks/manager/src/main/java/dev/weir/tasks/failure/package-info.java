/**
 * What is said of failure, in values: how a task is guarded against it, what is remembered of it,
 * and how a loop lives on after it.
 *
 * <p>This room lies below the facade and knows nothing of it: no engine, no thread, no timer. The
 * machines that act on these values stand in {@code dev.weir.tasks}; the circuit, the retry and the
 * pace they use in {@code dev.weir.gate}. Nothing may enter that needs a task at work. Start
 * reading at {@link dev.weir.tasks.failure.Safeguards}.
 */
@NullMarked
package dev.weir.tasks.failure;

import org.jspecify.annotations.NullMarked;
