package dev.weir.pool;

import dev.weir.config.PoolConfig;
import dev.weir.gate.GateSnapshot;
import dev.weir.pool.socket.ConnectTrouble;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells the state of the pool from its figures, with its cause, and remembers since when. */
final class PoolWatch {

  private final Supplier<PoolConfig> sizes;
  private final InstantSource clock;
  private boolean full;
  private boolean lost;
  private Condition last;

  PoolWatch(Supplier<PoolConfig> sizes, InstantSource clock) {
    this.sizes = sizes;
    this.clock = clock;
    this.last = new Condition(PoolState.STARTING, "it has just been opened", clock.instant());
  }

  /**
   * A state with its reason.
   *
   * @param cause why, in words; empty for a healthy pool
   * @param since when it was first seen so; looked for four times a second
   */
  record Condition(PoolState state, String cause, Instant since) {}

  /**
   * What is seen now.
   *
   * @param closed whether it was closed
   * @param draining whether it lets nobody in any more
   * @param gate the figures of the gate
   * @param connectFailure why the last socket could not be opened; null if it could
   * @param ofLanes what keeps lanes from a login of their own, each in words
   * @param readOnly whether its server is a standby although writes are wanted
   */
  record Sight(
      boolean closed,
      boolean draining,
      GateSnapshot gate,
      @Nullable SQLException connectFailure,
      List<String> ofLanes,
      boolean readOnly) {}

  synchronized Condition look(Sight seen) {
    PoolConfig size = sizes.get();
    int supply = seen.gate().supply();
    lost |= full && supply == 0;
    full |= supply >= Math.min(size.max(), Math.max(1, size.min()));
    lost &= supply == 0 || seen.gate().queued() > 0 || supply < size.min();
    PoolState state = state(seen);
    String cause = cause(state, seen);
    if (state != last.state()) {
      last = new Condition(state, cause, clock.instant());
    }
    return new Condition(state, cause, last.since());
  }

  private PoolState state(Sight seen) {
    GateSnapshot gate = seen.gate();
    if (seen.closed()) {
      return PoolState.CLOSED;
    }
    if (seen.draining()) {
      return PoolState.DRAINING;
    }
    if (lacksSockets(seen) || !seen.ofLanes().isEmpty()) {
      return PoolState.DEGRADED;
    }
    if (seen.readOnly()) {
      return PoolState.READ_ONLY;
    }
    if (lost) {
      return PoolState.RECOVERING;
    }
    if (!full) {
      return PoolState.STARTING;
    }
    if (gate.queued() > 0) {
      return PoolState.EXHAUSTED;
    }
    boolean spare = gate.free() > 0 || gate.supply() < gate.limit();
    return spare ? PoolState.HEALTHY : PoolState.STRESSED;
  }

  private boolean lacksSockets(Sight seen) {
    return seen.connectFailure() != null && seen.gate().supply() < sizes.get().max();
  }

  private String troubles(Sight seen) {
    List<String> all = new ArrayList<>();
    if (lacksSockets(seen)) {
      all.add(
          "no socket can be opened: "
              + ConnectTrouble.brief(
                  Objects.requireNonNull(seen.connectFailure(), "connectFailure")));
    }
    all.addAll(seen.ofLanes());
    return String.join("; ", all);
  }

  private String cause(PoolState state, Sight seen) {
    GateSnapshot gate = seen.gate();
    return switch (state) {
      case STARTING ->
          "it has %d of %d sockets to begin with".formatted(gate.supply(), sizes.get().min());
      case HEALTHY -> "";
      case DEGRADED -> troubles(seen);
      case READ_ONLY ->
          "its server is in recovery: a standby that refuses every write (SQLSTATE 25006)";
      case STRESSED -> "all %d permits are in use".formatted(gate.permits());
      case EXHAUSTED -> "%d callers wait for %d permits".formatted(gate.queued(), gate.permits());
      case RECOVERING ->
          "all sockets were lost; %d are open again, %d callers wait"
              .formatted(gate.supply(), gate.queued());
      case DRAINING -> "it is being drained; %d sessions are open".formatted(gate.inUse());
      case CLOSED -> "it was closed";
    };
  }
}
