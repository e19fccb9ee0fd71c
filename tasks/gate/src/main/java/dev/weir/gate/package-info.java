/**
 * The room where callers are admitted, in order and in time.
 *
 * <p>A {@link dev.weir.gate.Gate} hands out permits to the callers of its lanes; a {@link
 * dev.weir.gate.Deadline} says how long a caller may wait for anything, a {@link
 * dev.weir.gate.Retry} how often it tries again, and a {@link dev.weir.gate.RetryBudget} how often
 * all of them may together. A {@link dev.weir.gate.Circuit} keeps callers from what fails, a {@link
 * dev.weir.gate.Pace} lets so many through in a time. Nothing here opens a socket, starts a thread,
 * waits for a retry, logs or knows what a permit stands for: a connection, a task and a test all
 * pass the same gate. Nothing may enter that needs a library. Start reading at {@link
 * dev.weir.gate.Gate}.
 */
@NullMarked
package dev.weir.gate;

import org.jspecify.annotations.NullMarked;
