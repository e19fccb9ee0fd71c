package dev.weir.tasks.clockwork;

import dev.weir.tasks.work.Starter;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;

/**
 * What a schedule does at its ticks.
 *
 * @param starter how a run is started
 * @param body what it does; its value is of no interest
 * @param late told at the beginning of each run how many nanoseconds after its tick that is
 */
public record Chore(Starter starter, Callable<?> body, LongConsumer late) {

  /** The same, and nobody asks how late it is. */
  public Chore(Starter starter, Callable<?> body) {
    this(starter, body, _ -> {});
  }
}
