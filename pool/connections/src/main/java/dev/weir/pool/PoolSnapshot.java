package dev.weir.pool;

import dev.weir.gate.GateSnapshot;
import java.time.Instant;

/**
 * What the pool of a node looked like at one moment. Immutable.
 *
 * @param node the node's name, for telemetry and messages
 * @param target host, port and database, without user or password
 * @param state how it is doing
 * @param cause why it is in that state, in words; empty for a healthy pool
 * @param since when it was first seen in that state
 * @param connections sockets open now
 * @param idle those of them that nobody uses
 * @param min sockets kept open while idle
 * @param max the most sockets
 * @param gate the gate in front, lane by lane
 * @param statements how well the driver's statement cache serves
 * @param wear how old the sockets are and how often they are used
 */
public record PoolSnapshot(
    String node,
    String target,
    PoolState state,
    String cause,
    Instant since,
    int connections,
    int idle,
    int min,
    int max,
    GateSnapshot gate,
    StatementFigures statements,
    ConnectionFigures wear) {

  /** Sockets in use now; the two figures are read one after the other, so this is an estimate. */
  public int used() {
    return Math.max(0, connections - idle);
  }

  /** One line for people: the state with its figures. */
  public String line() {
    return "%s: %s since %s%s; %d of %d permits in use, %d waiting, %d connections (%d idle, max %d)"
        .formatted(
            target,
            state,
            since,
            cause.isEmpty() ? "" : " (" + cause + ")",
            gate.inUse(),
            gate.permits(),
            gate.queued(),
            connections,
            idle,
            max);
  }
}
