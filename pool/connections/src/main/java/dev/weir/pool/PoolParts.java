package dev.weir.pool;

import dev.weir.pool.line.Watchdog;
import dev.weir.tasks.SystemTasks;

/**
 * What a pool needs from around it.
 *
 * @param system where background work runs
 * @param listener is told what happens
 * @param watchdog sees every call to the server
 * @param refusals what the server has said of too many connections
 */
record PoolParts(
    SystemTasks system,
    SafePoolListener listener,
    Watchdog watchdog,
    FleetPool.Refusals refusals) {}
