/**
 * Words between instances over LISTEN and NOTIFY: one connection of the node that listens, whoever
 * subscribes, and one sender that says equal words once. Only what needs no more than a dedicated
 * connection and a way to run a statement may enter. Start reading at {@link SignalHub}.
 */
@NullMarked
package dev.weir.pool.signal;

import org.jspecify.annotations.NullMarked;
