package dev.weir.tasks.event;

import dev.weir.gate.Ticker;
import dev.weir.tasks.ContextCarrier;
import dev.weir.tasks.spi.CommitHook;
import java.util.List;
import java.util.Objects;

/**
 * What a bus knows of the world around it. Immutable; the withers return a changed copy.
 *
 * @param carriers what events carry from the publisher to subscribers behind a queue, besides the
 *     deadline
 * @param listeners each told what is out of the ordinary
 * @param transaction the transaction that the calling thread is in; throws if it is in none
 * @param ticker what durations are measured by
 */
public record EventSeams(
    List<ContextCarrier> carriers,
    List<EventListener> listeners,
    CommitHook transaction,
    Ticker ticker) {

  /** Copies the lists. */
  public EventSeams {
    carriers = List.copyOf(carriers);
    listeners = List.copyOf(listeners);
    Objects.requireNonNull(transaction, "transaction");
    Objects.requireNonNull(ticker, "ticker");
  }

  /** Nothing carried, nobody told, no transactions, the clock of this JVM. */
  public static EventSeams none() {
    return new EventSeams(List.of(), List.of(), EventSeams::noTransaction, Ticker.SYSTEM);
  }

  private static void noTransaction(Runnable work) {
    throw new IllegalStateException(
        "This bus knows no transactions: give publishAfterCommit the connection, or open the bus"
            + " with a seam that knows them.");
  }

  /** The same with these carriers. */
  public EventSeams carriers(List<ContextCarrier> carriers) {
    return new EventSeams(carriers, listeners, transaction, ticker);
  }

  /** The same with these listeners. */
  public EventSeams listeners(List<EventListener> listeners) {
    return new EventSeams(carriers, listeners, transaction, ticker);
  }

  /** The same with a way to the transaction that the calling thread is in. */
  public EventSeams transaction(CommitHook transaction) {
    return new EventSeams(carriers, listeners, transaction, ticker);
  }

  /** The same with another clock. */
  public EventSeams ticker(Ticker ticker) {
    return new EventSeams(carriers, listeners, transaction, ticker);
  }
}
