package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;

/**
 * What holds for events, unless a subscriber says otherwise. Valid once it exists: all problems are
 * told at once. Immutable.
 *
 * @param queue events that may wait for one subscriber ({@code events.queue})
 * @param workers events that a concurrent subscriber handles at once, at most ({@code
 *     events.workers})
 * @param history events of each type that are remembered ({@code events.history})
 */
public record EventsConfig(int queue, int workers, int history) {
  private static final int MOST = 1_000_000;
  private static final int MOST_WORKERS = 1_000;

  /**
   * Events.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public EventsConfig {
    Problems problems = Problems.ofCode("events");
    check(problems, queue, workers, history);
    problems.throwIfAny();
  }

  /** Queues of 1000, 20 workers, 128 events of each type. */
  public static EventsConfig defaults() {
    return new EventsConfig(1_000, 20, 128);
  }

  static void check(Problems problems, int queue, int workers, int history) {
    problems.unless(queue >= 1 && queue <= MOST, "queue", queue, "must be 1 to 1000000");
    problems.unless(
        workers >= 1 && workers <= MOST_WORKERS, "workers", workers, "must be 1 to 1000");
    problems.unless(history >= 0 && history <= MOST, "history", history, "must be 0 to 1000000");
  }

  /** The same with another bound of queues. */
  public EventsConfig queue(int queue) {
    return new EventsConfig(queue, workers, history);
  }

  /** The same with another number of workers. */
  public EventsConfig workers(int workers) {
    return new EventsConfig(queue, workers, history);
  }

  /** The same with another length of history. */
  public EventsConfig history(int history) {
    return new EventsConfig(queue, workers, history);
  }
}
