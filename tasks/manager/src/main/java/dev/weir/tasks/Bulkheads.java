package dev.weir.tasks;

import dev.weir.gate.Gate;
import dev.weir.gate.GateSnapshot;
import dev.weir.gate.Lane;
import dev.weir.gate.LaneSettings;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The gates of the bulkheads, each opened when it is first used. */
final class Bulkheads {

  private final TaskSettings settings;
  private final ConcurrentHashMap<String, Gate> gates = new ConcurrentHashMap<>();

  Bulkheads(TaskSettings settings) {
    this.settings = settings;
  }

  @Nullable Lane lane(Task task) {
    return task.bulkhead()
        .map(it -> gates.computeIfAbsent(it, this::open).lane(task.priority().name()))
        .orElse(null);
  }

  private Gate open(String name) {
    BulkheadSettings bulkhead = settings.bulkheads().getOrDefault(name, settings.defaults());
    List<LaneSettings> lanes =
        Stream.of(Priority.values())
            .sorted(Comparator.reverseOrder()) // of equal turns the higher priority goes first
            .map(
                it ->
                    LaneSettings.named(it.name())
                        .weight(it.weight())
                        .queueBound(bulkhead.queue())
                        .advice(advice(name)))
            .toList();
    return Gate.open(name, limit(name, bulkhead), lanes);
  }

  private static int limit(String name, BulkheadSettings bulkhead) {
    int allButOne = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    return name.equals(Task.CPU) ? Math.min(bulkhead.limit(), allButOne) : bulkhead.limit();
  }

  private static String advice(String name) {
    return "Send less at once, or raise 'bulkheads.%1$s.queue' or 'bulkheads.%1$s.limit'."
        .formatted(name);
  }

  List<GateSnapshot> snapshots() {
    return gates.values().stream()
        .map(Gate::snapshot)
        .sorted(Comparator.comparing(GateSnapshot::name))
        .toList();
  }
}
