/**
 * How many callers to let in and how many connections to have: what would be better, and why.
 *
 * <p>Two loops that never mix. {@link dev.weir.pool.adapt.LimitLoop} moves the number of callers
 * let in, within seconds, by trying a little more and a little less; {@link
 * dev.weir.pool.adapt.SizeLoop} moves the number of connections, within minutes, by how many were
 * needed. {@link dev.weir.pool.adapt.LoadHistory} remembers what they need to know. Nothing here
 * has a clock, a thread or a socket: all is told by readings, so it runs in a simulation as it does
 * before a server. Start reading at {@link dev.weir.pool.adapt.Reading}.
 */
@NullMarked
package dev.weir.pool.adapt;

import org.jspecify.annotations.NullMarked;
