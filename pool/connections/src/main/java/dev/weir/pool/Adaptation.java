package dev.weir.pool;

import dev.weir.config.AdaptConfig;
import dev.weir.config.AdaptConfig.Mode;
import dev.weir.config.PoolConfig;
import dev.weir.gate.GateSnapshot;
import dev.weir.gate.Ticker;
import dev.weir.pool.Adjustment.Knob;
import dev.weir.pool.adapt.Bounds;
import dev.weir.pool.adapt.LimitAdvice;
import dev.weir.pool.adapt.LimitLoop;
import dev.weir.pool.adapt.LoadHistory;
import dev.weir.pool.adapt.Move;
import dev.weir.pool.adapt.Reading;
import dev.weir.pool.adapt.SizeLoop;
import dev.weir.pool.line.CallFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Has the two loops of {@link dev.weir.pool.adapt} look at a pool, does what they say where that is
 * wanted, and tells it. Safe for use by many threads; {@link #look} is called by one at a time.
 */
final class Adaptation {

  /** So many callers beside those of reserves are always let in. */
  private static final int LEAST_CALLERS = 2;

  private static final RandomGenerator CHANCE = () -> ThreadLocalRandom.current().nextLong();

  private final Node node;
  private final PoolSize size;
  private final CallFigures calls;
  private final Ticker ticker;
  private final Consumer<Adjustment> listener;
  private final AdaptConfig modes;
  private final int usual;
  private final boolean ownsConnections;

  // Guarded by this object's monitor.
  private final LoadHistory history = new LoadHistory();
  private final LimitAdvice limitAdvice = new LimitAdvice(history);
  private final SizeLoop sizes = new SizeLoop(history);
  private final LimitLoop limits;
  private int toldLimit;
  private int toldSize;

  Adaptation(Node node, PoolSize size, CallFigures calls, Ears ears) {
    this.node = node;
    this.size = size;
    this.calls = calls;
    this.ticker = ears.ticker();
    this.listener = ears.listener();
    this.modes = size.present().adapt();
    this.usual = size.usual();
    this.ownsConnections = node.source() != null;
    this.limits = new LimitLoop(usual, CHANCE);
  }

  /**
   * What it hears and whom it tells.
   *
   * @param ticker by which windows are measured
   * @param listener is told of each adjustment, done or advised
   */
  record Ears(Ticker ticker, Consumer<Adjustment> listener) {}

  /** Whether it has to look often, since it tries what more and fewer callers yield. */
  boolean tries() {
    return modes.limit() == Mode.ON;
  }

  /** Looks at the pool, and does and tells what follows. */
  void look() {
    decide().forEach(listener);
  }

  private synchronized List<Adjustment> decide() {
    if (size.isPaused()) {
      return List.of();
    }
    GateSnapshot gate = node.gate().snapshot();
    Reading now = reading(gate);
    var told = new ArrayList<Adjustment>();
    if (tries()) {
      Move move = limits.look(now, callers());
      size.letIn(limits.offered());
      if (move != null) {
        told.add(Adjustment.of(Knob.LIMIT, move, true));
      }
    }
    if (history.look(now)) {
      adviseLimit(gate, told);
      changeSize(told);
    }
    return told;
  }

  private Reading reading(GateSnapshot gate) {
    return new Reading(
        ticker.nanos(),
        calls.answered(),
        calls.nanos(),
        gate.inUse(),
        gate.queued(),
        gate.free() == 0,
        node.physical().epoch());
  }

  private Bounds callers() {
    int most = size.present().max();
    return new Bounds(Math.min(most, size.reserved() + LEAST_CALLERS), most);
  }

  private SizeLoop.Range connections() {
    PoolConfig now = size.present();
    int most = Math.min(size.cap(), Math.max(now.ceiling(), usual));
    int least = Math.max(now.min(), size.reserved() + 1);
    int hard = Math.max(1, size.reserved());
    return new SizeLoop.Range(new Bounds(Math.max(hard, Math.min(least, most)), most), usual);
  }

  private boolean isWanted() {
    return !tries() || limits.isWanting();
  }

  private void adviseLimit(GateSnapshot gate, List<Adjustment> told) {
    if (modes.limit() == Mode.ADVISE) {
      Move move = limitMove(gate);
      if (move.isChange() && move.to() != toldLimit) {
        told.add(Adjustment.of(Knob.LIMIT, move, false));
      }
      toldLimit = move.isChange() ? move.to() : 0;
    }
  }

  private Move limitMove(GateSnapshot gate) {
    int kept = gate.permits() - gate.inUse() - gate.free();
    return limitAdvice.advise(gate.limit(), callers(), Math.max(0, kept));
  }

  private void changeSize(List<Adjustment> told) {
    Move move = sizes.look(size.present().max(), connections(), isWanted());
    boolean acts = modes.size() == Mode.ON && ownsConnections;
    if (acts && move.isChange() && size.tryResize(move.to())) {
      sizes.moved();
      told.add(ofWhole(move, true));
    } else if (modes.size() == Mode.ADVISE && move.isChange() && move.to() != toldSize) {
      told.add(ofWhole(move, false));
    }
    toldSize = move.isChange() ? move.to() : 0;
  }

  /** Told of {@code pool.max}, in which lanes with a login of their own have their part. */
  private Adjustment ofWhole(Move move, boolean done) {
    var whole = new Move(move.from() + size.own(), move.to() + size.own(), move.why());
    return Adjustment.of(Knob.SIZE, whole, done);
  }

  /** What would be better now, whether or not it is done: first the callers, then the size. */
  synchronized List<Adjustment> advice() {
    Move limit =
        tries()
            ? new Move(limits.limit(), limits.limit(), limits.why())
            : limitMove(node.gate().snapshot());
    Move connections = sizes.advise(size.present().max(), connections(), isWanted());
    return List.of(Adjustment.of(Knob.LIMIT, limit, tries()), ofWhole(connections, false));
  }
}
