/**
 * The way of a call: through the gate, to a socket, into a wrapper, and back.
 *
 * <p>Here permit and socket come together and are given back together. What a lane means to its
 * callers ({@link dev.weir.pool.admission.PoolLane}) enters, and the view for frameworks; how
 * sockets are kept does not, nor what is done with a connection. Start reading at {@link
 * dev.weir.pool.admission.Admission}.
 */
@NullMarked
package dev.weir.pool.admission;

import org.jspecify.annotations.NullMarked;
