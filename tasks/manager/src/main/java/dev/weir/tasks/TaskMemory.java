package dev.weir.tasks;

import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.failure.FailureSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is remembered of the tasks that have ended: a ring of the last, and figures by name. */
final class TaskMemory {

  private static final int MOST_NAMES = 1_000;
  private static final String OTHERS = "(others)";

  private final FailureSettings settings;
  private final InstantSource clock;

  /** A slot is written by a plain set: two writers of one slot are a whole ring apart. */
  private final AtomicReferenceArray<@Nullable Ended> ring;

  private final AtomicLong cursor = new AtomicLong();
  private final ConcurrentHashMap<String, Figures> figures = new ConcurrentHashMap<>();

  TaskMemory(FailureSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.ring = new AtomicReferenceArray<>(settings.history());
  }

  private record Ended(
      String name, long id, Outcome outcome, int attempts, long endedAt, long ranNanos) {}

  private static final class Figures {
    final LongAdder ended = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder nanos = new LongAdder();
    final LongAccumulator longest = new LongAccumulator(Math::max, 0);
  }

  /** On the way of every task. */
  void ended(LiveTask<?> task, Outcome outcome, long now, long ranNanos) {
    if (ring.length() > 0) {
      int slot = (int) (cursor.getAndIncrement() % ring.length());
      var ended = new Ended(task.name(), task.id(), outcome, task.attempt(), now, ranNanos);
      ring.setRelease(slot, ended);
    }
    Figures its = figures(task.name());
    its.ended.increment();
    its.nanos.add(ranNanos);
    its.longest.accumulate(ranNanos);
    if (outcome == Outcome.FAILED) {
      its.failed.increment();
    }
  }

  private Figures figures(String name) {
    Figures known = figures.get(name);
    if (known != null) {
      return known;
    }
    String key = figures.size() < MOST_NAMES ? name : OTHERS;
    return figures.computeIfAbsent(key, _ -> new Figures());
  }

  /** The last that have ended, the latest first. */
  List<EndedTask> history(long now) {
    Instant today = clock.instant();
    var found = new ArrayList<Ended>();
    for (int slot = 0; slot < ring.length(); slot++) {
      Ended it = ring.getAcquire(slot);
      if (it != null && now - it.endedAt < settings.historyAge().toNanos()) {
        found.add(it);
      }
    }
    found.sort(
        Comparator.comparingLong((Ended it) -> it.endedAt - now).thenComparingLong(Ended::id));
    Collections.reverse(found);
    return found.stream()
        .map(
            it ->
                new EndedTask(
                    it.name,
                    it.id,
                    it.outcome,
                    it.attempts,
                    today.minusNanos(now - it.endedAt),
                    Duration.ofNanos(it.ranNanos)))
        .toList();
  }

  List<TaskFigures> figures() {
    return figures.entrySet().stream()
        .map(it -> figures(it.getKey(), it.getValue()))
        .sorted(Comparator.comparing(TaskFigures::name))
        .toList();
  }

  private static TaskFigures figures(String name, Figures its) {
    long ended = its.ended.sum();
    return new TaskFigures(
        name,
        ended,
        its.failed.sum(),
        Duration.ofNanos(its.nanos.sum() / Math.max(1, ended)),
        Duration.ofNanos(its.longest.get()));
  }
}
