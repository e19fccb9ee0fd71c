/**
 * The room that keeps the connections: what a service sees of them, and how the parts are wired.
 *
 * <p>A call goes down one floor at a time. It enters at {@link
 * dev.weir.pool.UnifiedConnectionManager}, waits in its lane for a permit and is lent a socket
 * ({@code admission}), gets that socket wrapped so that it comes back once and only once ({@code
 * lease}), and is given to a lambda as its session, possibly in a transaction ({@code session});
 * sockets are opened, kept and tidied up elsewhere ({@code socket}), each call to the server with a
 * time of its own ({@code line}). No room looks up. Here stands what a service may name, and what
 * puts the rooms together ({@code Node}); what a call passes through does not. No metrics library
 * enters: figures leave by {@link dev.weir.pool.PoolListener} and {@link
 * dev.weir.pool.PoolSnapshot}.
 */
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
