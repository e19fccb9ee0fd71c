package dev.weir.tasks.event;

import dev.weir.tasks.TaskRun;
import dev.weir.tasks.event.queue.Hand;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that handles events of one subscriber, one after the other.
 *
 * <p>Its turn is odd while it handles an event. Whoever wants to interrupt it for being too long at
 * one first leaves word, and comes back at the next look: then, under the lock, either the turn is
 * still the same, or the worker has seen the word. So the interrupt cannot hit the next event, and
 * nothing dear is done for each event.
 */
final class Worker implements Callable<Boolean> {

  private static final long MEASURED = 63;
  private static final long NOBODY = -1;
  private static final int MOST_LOOKS = 32;

  private final Queued queued;
  private final Crew crew;
  private final AtomicLong turn = new AtomicLong();
  private final Hand hand;
  private final boolean shares;
  private final Consumer<Object> handling = this::handle;
  private volatile @Nullable Thread thread;
  private boolean over;

  /** How often it looks for work before it sleeps; used by its own thread. */
  private int looks = 1;

  private final ReentrantLock lock = new ReentrantLock();

  /** The turn that somebody is about to interrupt. */
  private volatile long warnedOf = NOBODY;

  /** What the last look saw, when it saw it first, what was interrupted; used by looks alone. */
  private long seen;

  private long seenAt;
  private long interrupted = NOBODY;

  Worker(Queued queued, Crew crew) {
    this.queued = queued;
    this.crew = crew;
    this.hand = new Hand(crew.handful());
    this.shares = !crew.isOne();
  }

  @Override
  public Boolean call() {
    thread = Thread.currentThread();
    try {
      while (stays()) {
        if (!queued.backlog.drain(hand, handling)) {
          if (crew.isFinishing()) {
            break;
          }
          lookAtInterrupt();
          idle();
        }
      }
      return true;
    } finally {
      crew.left(this);
    }
  }

  /**
   * Sleeps, but not at once where events come faster than a sleeper wakes: then looking again a few
   * times is cheaper, for the publisher too. How often follows from how often that was of use.
   */
  @SuppressWarnings("ThreadPriorityCheck") // a hint is all that is wanted
  private void idle() {
    for (int i = 0; i < looks; i++) {
      Thread.yield();
      if (!queued.backlog.isEmpty()) {
        looks = Math.min(MOST_LOOKS, 2 * looks);
        return;
      }
    }
    looks = Math.max(1, looks / 2);
    queued.sleepers.sleepUnless(this::isWanted);
  }

  private boolean stays() {
    return !over && queued.closed() == null && !(crew.isTooMany() && crew.dismisses(this));
  }

  private boolean isWanted() {
    return over
        || !queued.backlog.isEmpty()
        || crew.isFinishing()
        || crew.isTooMany()
        || queued.closed() != null;
  }

  private void handle(Object item) {
    queued.room.freed();
    if (shares && queued.sleepers.any() && !queued.backlog.isEmpty()) {
      queued.sleepers.wakeOne(); // so that nobody waits behind this one
    }
    long mine = turn.getPlain() + 1;
    turn.setRelease(mine);
    var _ = queued.handle(item, (mine >> 1 & MEASURED) == 0);
    turn.setRelease(mine + 1);
    if (warnedOf == mine) {
      heedWarning();
    }
    if (Thread.currentThread().isInterrupted()) {
      lookAtInterrupt();
    }
  }

  /** Waits for an interrupt that is under way, and wipes it off: it was meant for this turn. */
  private void heedWarning() {
    lock.lock();
    try {
      warnedOf = NOBODY;
      lookAtInterrupt();
    } finally {
      lock.unlock();
    }
  }

  /** An interrupt may be its subscriber's own business, or the end of all system tasks. */
  private void lookAtInterrupt() {
    var _ = Thread.interrupted();
    over |= TaskRun.current().isCancelled();
  }

  /** A look at whether it has been at the same event for too long; true if it is interrupted. */
  boolean look(long now, long timeoutNanos) {
    long current = turn.getAcquire();
    if (current != seen) {
      seen = current;
      seenAt = now;
      return false;
    }
    boolean overdue = (current & 1) == 1 && now - seenAt >= timeoutNanos;
    return overdue && interrupted != current && interrupt(current);
  }

  private boolean interrupt(long current) {
    if (warnedOf != current) {
      warnedOf = current;
      return false;
    }
    lock.lock();
    try {
      Thread target = thread;
      if (target == null || warnedOf != current) {
        return false;
      }
      interrupted = current;
      target.interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }

  void interruptHard() {
    Thread target = thread;
    if (target != null && !isMe()) {
      target.interrupt();
    }
  }

  /** What it has taken and not begun. */
  List<Object> inHand() {
    return hand.items();
  }

  /** How many events it has, the one that it handles included. */
  int holds() {
    return hand.items().size() + (int) (turn.getAcquire() & 1);
  }

  boolean isMe() {
    return Thread.currentThread().equals(thread);
  }
}
