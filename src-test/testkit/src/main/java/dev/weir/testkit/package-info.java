/**
 * What a test needs from the world: a real PostgreSQL, a real Redis, a network that can fail and a
 * clock that can be set.
 *
 * <p>Nothing here imitates a server; a fault is done to a real process or a real socket. Nothing of
 * Weir may enter, so that every module, and every user, can test with it. How processes are started
 * and hurt is the concern of the package {@code process} below. Start reading at {@link
 * dev.weir.testkit.TestServers}.
 */
@NullMarked
package dev.weir.testkit;

import org.jspecify.annotations.NullMarked;
