package dev.weir.tasks.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What holds for a bus, and for each subscriber that does not say otherwise. Immutable.
 *
 * @param queue events that may wait for one subscriber, 1 to 1,000,000
 * @param workers how many events a concurrent subscriber handles at once
 * @param history events of each type that are remembered, 0 to 1,000,000
 * @param timeout how long a subscriber with a queue may take for one event before its thread is
 *     interrupted; seen at the first look after that
 * @param interval from one look at the queues to the next
 */
public record EventSettings(
    int queue, Workers workers, int history, Duration timeout, Duration interval) {

  private static final int MOST = 1_000_000;

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException naming each figure that is out of its range
   */
  public EventSettings {
    Objects.requireNonNull(workers, "workers");
    List<String> problems = new ArrayList<>();
    if (queue < 1 || queue > MOST) {
      problems.add("queue = " + queue + " must be 1 to 1000000");
    }
    if (history < 0 || history > MOST) {
      problems.add("history = " + history + " must be 0 to 1000000");
    }
    if (!Objects.requireNonNull(timeout, "timeout").isPositive()) {
      problems.add("timeout = " + timeout + " must be positive");
    }
    if (!Objects.requireNonNull(interval, "interval").isPositive()) {
      problems.add("interval = " + interval + " must be positive");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("events: " + String.join("; ", problems));
    }
  }

  /** Queues of 1,000, 2 to 20 workers, 128 events of each type, half a minute, a look a second. */
  public static EventSettings defaults() {
    return new EventSettings(
        1_000, new Workers(2, 20), 128, Duration.ofSeconds(30), Duration.ofSeconds(1));
  }

  /** The same with another bound of queues. */
  public EventSettings queue(int queue) {
    return new EventSettings(queue, workers, history, timeout, interval);
  }

  /** The same with other workers. */
  public EventSettings workers(Workers workers) {
    return new EventSettings(queue, workers, history, timeout, interval);
  }

  /** The same with another length of history. */
  public EventSettings history(int history) {
    return new EventSettings(queue, workers, history, timeout, interval);
  }

  /** The same with another timeout. */
  public EventSettings timeout(Duration timeout) {
    return new EventSettings(queue, workers, history, timeout, interval);
  }

  /** The same with another time from look to look. */
  public EventSettings interval(Duration interval) {
    return new EventSettings(queue, workers, history, timeout, interval);
  }
}
