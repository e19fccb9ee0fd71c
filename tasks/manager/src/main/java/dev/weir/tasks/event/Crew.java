package dev.weir.tasks.event;

import dev.weir.tasks.event.queue.Hand;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** The threads that handle the events of one subscriber, and how many there shall be. */
final class Crew {

  private final Queued queued;
  private final Workers bounds;
  private final long timeoutNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Boolean> gone = new CompletableFuture<>();
  private volatile int wanted;
  private final AtomicInteger alive = new AtomicInteger();
  private volatile boolean finishing;

  Crew(Queued queued, Workers bounds, Duration timeout) {
    this.queued = queued;
    this.bounds = bounds;
    this.timeoutNanos = timeout.toNanos();
    this.wanted = bounds.min();
  }

  /**
   * Starts those that are missing.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if no thread is to be had any more
   */
  void hire() {
    lock.lock();
    try {
      while (alive.get() < wanted && !finishing && queued.closed() == null) {
        var worker = new Worker(queued, this);
        workers.add(worker);
        alive.incrementAndGet();
        try {
          var _ = queued.hub.system().submit("weir-events-" + queued.name(), worker);
        } catch (Throwable refusal) {
          workers.remove(worker);
          alive.decrementAndGet();
          throw refusal;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** A look at the queue and at those who may be stuck. */
  void look(long now) {
    int before = wanted;
    int next = bounds.wanted(before, queued.backlog.size(), queued.backlog.capacity());
    if (next != before) {
      wanted = next;
      queued.sleepers.wakeOne();
      queued.hub.listeners().tell(it -> it.scaled(queued.name(), next));
    }
    hire();
    for (Worker worker : workers) {
      if (worker.look(now, timeoutNanos)) {
        queued.tally.timedOut.increment();
      }
    }
  }

  /** Whether one of them could go now. */
  boolean isTooMany() {
    return alive.get() > wanted;
  }

  /** Whether they go as soon as nothing waits. */
  boolean isFinishing() {
    return finishing;
  }

  /** True if that one is to go because there are more than wanted. */
  boolean dismisses(Worker worker) {
    lock.lock();
    try {
      return isTooMany() && leave(worker);
    } finally {
      lock.unlock();
    }
  }

  /** That one goes, whatever the reason. */
  void left(Worker worker) {
    lock.lock();
    try {
      leave(worker);
      if (alive.get() == 0 && (finishing || queued.closed() != null)) {
        gone.complete(true);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean leave(Worker worker) {
    if (workers.remove(worker)) {
      alive.decrementAndGet();
    }
    return true;
  }

  /** Lets all go as soon as nothing waits. */
  void finish() {
    lock.lock();
    try {
      finishing = true;
      if (alive.get() == 0) {
        gone.complete(true);
      }
    } finally {
      lock.unlock();
    }
    queued.sleepers.wakeAll();
  }

  /** Done when the last has gone, after {@link #finish()}. */
  CompletableFuture<Boolean> gone() {
    return gone;
  }

  /** Interrupts all, but for the calling thread. */
  void interrupt() {
    workers.forEach(Worker::interruptHard);
  }

  /** Whether the calling thread is one of them. */
  boolean isMine() {
    return workers.stream().anyMatch(Worker::isMe);
  }

  int size() {
    return alive.get();
  }

  /** How many events they have, those that they handle included. */
  int holds() {
    return workers.stream().mapToInt(Worker::holds).sum();
  }

  /** What they have taken and not begun. */
  List<Object> inHand() {
    return workers.stream().flatMap(it -> it.inHand().stream()).toList();
  }

  /** Whether there is never more than one. */
  boolean isOne() {
    return bounds.max() == 1;
  }

  /** How many one takes at once: one alone keeps nothing from others. */
  int handful() {
    return isOne() ? Hand.sizeFor(queued.backlog.capacity()) : 1;
  }
}
