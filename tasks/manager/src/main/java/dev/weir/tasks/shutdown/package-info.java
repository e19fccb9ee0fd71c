/**
 * How a service ends: in phases, under one budget, with every participant bounded and named in one
 * report; and the process's signals, for who wants them taken. It is built on the public face of
 * {@code dev.weir.tasks} and knows no other floor: what a phase does is given to it. Signals are a
 * matter of the whole JVM, so {@link dev.weir.tasks.shutdown.ProcessSignals} alone may keep
 * something static. Start reading at {@link dev.weir.tasks.shutdown.ShutdownSequence}.
 */
@NullMarked
package dev.weir.tasks.shutdown;

import org.jspecify.annotations.NullMarked;
