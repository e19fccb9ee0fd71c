/**
 * What makes schedules tick. A {@code Ticks} keeps one schedule: its {@code Beat} knows when the
 * next tick is, by the monotonic or by the wall clock, and its rules say what a tick may start.
 * Waiting is done by the one timer that is given; runs are started through {@link
 * dev.weir.tasks.work.Starter}. Nothing may enter that knows an engine. Start reading at {@link
 * dev.weir.tasks.clockwork.Clockwork}.
 */
@NullMarked
package dev.weir.tasks.clockwork;

import org.jspecify.annotations.NullMarked;
