/**
 * How instances share the connections of one server: each tells the others by the name of a session
 * how many it holds, sees what they tell in {@code pg_stat_activity}, and never takes what another
 * still has. Only what needs no more than one connection and a pool whose size can be capped may
 * enter. Start reading at {@link FleetMember}.
 */
@NullMarked
package dev.weir.pool.fleet;

import org.jspecify.annotations.NullMarked;
