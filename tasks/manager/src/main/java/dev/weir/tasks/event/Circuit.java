package dev.weir.tasks.event;

import dev.weir.gate.Ticker;
import java.time.Duration;

/**
 * Leaves a subscriber in peace that fails too often: after ten failures within a minute it is given
 * nothing for half a minute, then one event to try; if it handles that one it is given all again.
 * What goes well costs one look. Safe for use by many threads.
 */
final class Circuit {

  static final int FAILURES = 10;
  static final Duration WITHIN = Duration.ofSeconds(60);
  static final Duration REST = Duration.ofSeconds(30);

  private enum State {
    CLOSED,
    OPEN,
    TRYING
  }

  private final Ticker ticker;
  private final long[] failedAt = new long[FAILURES];
  private long failures;
  private long openedAt;
  private volatile State state = State.CLOSED;

  Circuit(Ticker ticker) {
    this.ticker = ticker;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** Whether one more event may be given; at the end of the rest, to one asker only. */
  boolean admits() {
    return state == State.CLOSED || admitsTrial();
  }

  private synchronized boolean admitsTrial() {
    if (state == State.OPEN && ticker.nanos() - openedAt >= REST.toNanos()) {
      state = State.TRYING;
      return true;
    }
    return state == State.CLOSED;
  }

  /** True if that closes it. */
  boolean succeeded() {
    return state == State.TRYING && closes();
  }

  private synchronized boolean closes() {
    if (state != State.TRYING) {
      return false;
    }
    failures = 0;
    state = State.CLOSED;
    return true;
  }

  /** True if that opens it, for the first time or anew after a rest. */
  synchronized boolean failed() {
    long now = ticker.nanos();
    int slot = (int) (failures % FAILURES);
    boolean often = failures >= FAILURES - 1 && now - oldest() <= WITHIN.toNanos();
    failedAt[slot] = now;
    failures++;
    boolean opens = state == State.TRYING || (state == State.CLOSED && often);
    if (opens) {
      openedAt = now;
      state = State.OPEN;
    }
    return opens;
  }

  /** When the failure was that is now the last but eight. */
  private long oldest() {
    return failedAt[(int) ((failures - (FAILURES - 1)) % FAILURES)];
  }
}
