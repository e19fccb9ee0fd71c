/**
 * Looks at the servers a service depends on: PostgreSQL's replication, and Redis.
 *
 * <p>What may enter asks a server and judges its answer; it never changes anything there. Start
 * reading at {@link dev.weir.monitoring.server.RedisLook}.
 */
@NullMarked
package dev.weir.monitoring.server;

import org.jspecify.annotations.NullMarked;
