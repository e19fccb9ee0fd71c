/**
 * The room that talks to Redis.
 *
 * <p>One shared, pipelined connection by Lettuce, opened on first use, with a bounded queue and a
 * timeout on every command. What is built on Redis (caches, limits, locks) enters here; what needs
 * PostgreSQL does not. Start reading at {@link dev.weir.redis.Redis}.
 */
@NullMarked
package dev.weir.redis;

import org.jspecify.annotations.NullMarked;
