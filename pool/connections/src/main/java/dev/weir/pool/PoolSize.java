package dev.weir.pool;

import dev.weir.config.AdaptConfig;
import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.pool.socket.PhysicalPool;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many connections there may be, and how many callers are let in at once. What operators, a
 * pause and the pool itself want of these comes together here. Safe for use by many threads.
 *
 * <p>What lanes with a login of their own have is dealt out at the start and stays; so all here is
 * of the rest, but for what comes from outside: {@link #resize} and {@link #cap(int)} are told of
 * the whole.
 */
final class PoolSize {

  private final Nodes nodes;
  private final int own;
  private final PoolFigures figures;
  private final int reserved;
  private final int usual;

  /** One change at a time; no caller of a session ever waits for it. */
  private final ReentrantLock changing = new ReentrantLock();

  /** What was asked for last; guarded by the lock, as the next is. */
  private PoolConfig wanted;

  // Guarded by this object's monitor.
  private int limit = Integer.MAX_VALUE;
  private boolean paused;

  /** What a fleet leaves of what was asked for; written under the lock. */
  private volatile int cap;

  PoolSize(ConnectionSettings settings, Nodes nodes, PoolFigures figures) {
    ConnectionSettings shared = settings.shared();
    PoolConfig pool = shared.pool();
    this.nodes = nodes;
    this.own = settings.ownShare();
    this.figures = figures;
    this.wanted = pool;
    this.usual = pool.max();
    this.cap = pool.fleet().name() == null ? PoolConfig.MOST : shared.firstSize().max();
    this.reserved = shared.lanes().values().stream().mapToInt(LaneConfig::reserved).sum();
  }

  /** What is held by whoever changes connections. */
  ReentrantLock changing() {
    return changing;
  }

  /** Connections of lanes with a login of their own, all together. */
  int own() {
    return own;
  }

  /** Permits that lanes keep for themselves, all together. */
  int reserved() {
    return reserved;
  }

  /** The most that the service was set up with. */
  int usual() {
    return usual;
  }

  /** What there may be now. */
  PoolConfig present() {
    return figures.size();
  }

  /** Sockets that are open or being opened, as whatever login. */
  int held() {
    return nodes.connections();
  }

  void resize(int min, int max) {
    changing.lock();
    try {
      int all = new PoolConfig(min, max, wanted.maxWait()).max();
      int rest = all - own;
      if (rest < Math.max(own == 0 ? 0 : 1, reserved)) {
        throw new IllegalArgumentException(tooFew(all));
      }
      change(sized(Math.min(min, rest), rest));
    } finally {
      changing.unlock();
    }
  }

  private String tooFew(int max) {
    return own == 0
        ? "A pool of %d cannot keep the %d connections that its lanes reserve: make it larger, or lower lanes.<name>.reserved."
            .formatted(max, reserved)
        : "A pool of %d, of which lanes with a login of their own have %d, cannot keep the %d that the others reserve, and one at least: make it larger."
            .formatted(max, own, reserved);
  }

  /** Of the whole, so many at most are had from now on; waits for a change under way. */
  void cap(int most) {
    changing.lock();
    try {
      cap = Math.max(1, most - own);
      change(wanted);
    } finally {
      changing.unlock();
    }
  }

  /** What a fleet leaves of what is asked for. */
  int cap() {
    return cap;
  }

  /** The same size as wanted, however far that is from the ceiling. */
  private PoolConfig sized(int min, int max) {
    Integer ceiling = wanted.adapt().ceiling();
    boolean above = ceiling != null && ceiling < max;
    AdaptConfig adapt = above ? wanted.adapt().ceiling(max) : wanted.adapt();
    return new PoolConfig(min, max, wanted.maxWait(), wanted.sqlComments(), adapt, wanted.fleet());
  }

  private void change(PoolConfig size) {
    wanted = size;
    int max = Math.min(size.max(), cap);
    PoolConfig had = size.min(Math.min(size.min(), max)).max(max);
    nodes.shared().physical().resize(had);
    figures.size(had);
    apply();
  }

  /** As {@link #resize} with another maximum; false if another change is under way. */
  boolean tryResize(int max) {
    if (!changing.tryLock()) {
      return false;
    }
    try {
      change(sized(Math.min(wanted.min(), max), max));
      return true;
    } finally {
      changing.unlock();
    }
  }

  /** Lets in no more than so many callers, and no more than there may be connections. */
  synchronized void letIn(int callers) {
    limit = callers;
    apply();
  }

  synchronized void pause() {
    paused = true;
    nodes.letOwnIn(false);
    apply();
  }

  /** Closes the idle sockets and opens none, unless the pause is over by now. */
  synchronized void holdIfPaused() {
    if (paused) {
      nodes.forEachPool(PhysicalPool::hold);
    }
  }

  synchronized void resume() {
    paused = false;
    nodes.forEachPool(PhysicalPool::release);
    nodes.letOwnIn(true);
    apply();
  }

  synchronized boolean isPaused() {
    return paused;
  }

  private synchronized void apply() {
    nodes.shared().gate().resize(paused ? 0 : Math.min(limit, present().max()));
  }
}
