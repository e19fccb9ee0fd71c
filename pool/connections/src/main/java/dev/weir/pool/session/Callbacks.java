package dev.weir.pool.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What wants to be called when a transaction has ended, in the order in which it was asked for.
 * Used by the thread of the session alone.
 */
public final class Callbacks {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  /** So many failures are logged and attached one by one; of the rest the number. */
  static final int TOLD = 10;

  private final List<Callback> waiting = new ArrayList<>();

  /** Of transactions that have ended; run by {@link #tell}. */
  private final List<Callback> due = new ArrayList<>();

  /** Something to do. */
  @FunctionalInterface
  public interface Todo {
    /** Does it. */
    void run() throws Exception;
  }

  /** Which end of a transaction somebody waits for, as it reads in the log. */
  enum End {
    COMMIT("commit"),
    ROLLBACK("rollback"),
    UNKNOWN("an unknown outcome");

    private final String words;

    End(String words) {
      this.words = words;
    }
  }

  private record Callback(End end, Todo todo) {}

  void add(End end, Todo todo) {
    waiting.add(new Callback(end, todo));
  }

  /** A place to which {@link #rolledBackTo} may go back. */
  int mark() {
    return waiting.size();
  }

  /** What was asked for since the mark belongs to work that is undone. */
  void rolledBackTo(int mark) {
    List<Callback> undone = waiting.subList(mark, waiting.size());
    undone.stream().filter(callback -> callback.end == End.ROLLBACK).forEach(due::add);
    undone.clear();
  }

  /** It committed. */
  public void committed() {
    ended(End.COMMIT);
  }

  /** It was rolled back. */
  public void rolledBack() {
    ended(End.ROLLBACK);
  }

  /** Nobody knows whether it committed, so neither is true. */
  public void unknown() {
    ended(End.UNKNOWN);
  }

  private void ended(End end) {
    waiting.stream().filter(callback -> callback.end == end).forEach(due::add);
    waiting.clear();
  }

  /**
   * Runs what is due, each once, whatever the others do.
   *
   * @param failure what the caller is about to get; failures of callbacks are attached to it
   */
  public void tell(@Nullable Throwable failure) {
    if (due.isEmpty()) {
      return;
    }
    List<Callback> now = List.copyOf(due);
    due.clear();
    int failed = 0;
    for (Callback each : now) {
      Throwable own = run(each);
      if (own != null && failed++ < TOLD) {
        tell(each, own, failure);
      }
    }
    if (failed > TOLD) {
      LOG.warn(
          "{} of {} callbacks of a transaction threw, {} are shown.", failed, now.size(), TOLD);
    }
  }

  // A callback may hurt neither the others nor the outcome, whatever it throws.
  @SuppressWarnings("CatchingUnchecked")
  private static @Nullable Throwable run(Callback callback) {
    try {
      callback.todo.run();
      return null;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return interrupted;
    } catch (Throwable own) {
      return own;
    }
  }

  private static void tell(Callback callback, Throwable own, @Nullable Throwable failure) {
    LOG.warn(
        "A callback after {} threw; the transaction stays as it is, and the other callbacks run.",
        callback.end.words,
        own);
    if (failure != null && !own.equals(failure)) {
      failure.addSuppressed(own);
    }
  }
}
