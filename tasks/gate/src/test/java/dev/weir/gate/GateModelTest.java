package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on a gate, each checked against an oracle that works everything out anew. */
class GateModelTest {

  private static final int STEPS = 2_000;

  static IntStream seeds() {
    return new Random().ints(20);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void does_what_the_oracle_says(int seed) {
    var random = new Random(seed);
    List<LaneSettings> lanes =
        List.of(
            LaneSettings.named("a").reserved(random.nextInt(3)).weight(1).queueBound(5),
            LaneSettings.named("b").reserved(random.nextInt(2)).weight(4).limit(3),
            LaneSettings.named("c").weight(2));
    var run = new Run(Gate.open("g", 5, lanes), new Oracle(5, lanes));
    for (int step = 0; step < STEPS; step++) {
      String done = run.step(random);
      assertThat(run.seen).as("seed %d, step %d: %s", seed, step, done).isEqualTo(run.oracle.seen);
      assertThat(run.figures())
          .as("seed %d, step %d: %s", seed, step, done)
          .isEqualTo(run.oracle.figures());
    }
  }

  private static final class Run {

    private final Gate gate;
    private final Oracle oracle;
    private final List<String> seen = new ArrayList<>();
    private final List<RecordingWaiter> waiters = new ArrayList<>();

    Run(Gate gate, Oracle oracle) {
      this.gate = gate;
      this.oracle = oracle;
    }

    String step(Random random) {
      String name = List.of("a", "b", "c").get(random.nextInt(3));
      Lane lane = gate.lane(name);
      return switch (random.nextInt(8)) {
        case 0 -> {
          seen.add(name + " try " + lane.tryAcquire());
          oracle.tryAcquire(name);
          yield "try " + name;
        }
        case 1, 2, 3 -> request(name, lane);
        case 4 -> cancel(name, lane, random);
        case 5, 6 -> {
          if (oracle.lane(name).inUse > 0) {
            lane.release();
            oracle.release(name);
          }
          yield "release " + name;
        }
        default -> {
          int limit = random.nextInt(8);
          gate.resize(limit);
          oracle.resize(limit);
          yield "resize " + limit;
        }
      };
    }

    private String request(String name, Lane lane) {
      String who = name + waiters.size();
      var waiter = new RecordingWaiter(who, seen);
      waiters.add(waiter);
      try {
        lane.request(waiter);
      } catch (AdmissionRejectedException refusal) {
        seen.add(who + " " + refusal.reason());
      }
      oracle.request(name, who);
      return "request " + who;
    }

    private String cancel(String name, Lane lane, Random random) {
      if (waiters.isEmpty()) {
        return "nothing to cancel";
      }
      RecordingWaiter waiter =
          waiters.get(waiters.size() - 1 - random.nextInt(Math.min(8, waiters.size())));
      seen.add(waiter.name + " cancelled " + lane.cancel(waiter));
      oracle.cancel(name, waiter.name);
      return "cancel " + waiter.name;
    }

    List<String> figures() {
      return gate.snapshot().lanes().stream()
          .map(it -> "%s %d/%d".formatted(it.name(), it.inUse(), it.queued()))
          .toList();
    }
  }

  /** The rules in the plainest words: lists, sums and a sort. */
  private static final class Oracle {

    private static final class ModelLane {
      private final LaneSettings settings;
      private final int place;
      private final List<String> queue = new ArrayList<>();
      private int inUse;
      private double pass;

      ModelLane(LaneSettings settings, int place) {
        this.settings = settings;
        this.place = place;
      }

      int owed() {
        return Math.max(0, settings.reserved() - inUse);
      }
    }

    private final List<ModelLane> lanes;
    private final List<String> seen = new ArrayList<>();
    private int limit;
    private double pass;

    Oracle(int limit, List<LaneSettings> lanes) {
      this.limit = limit;
      this.lanes =
          IntStream.range(0, lanes.size()).mapToObj(i -> new ModelLane(lanes.get(i), i)).toList();
    }

    ModelLane lane(String name) {
      return lanes.stream().filter(it -> it.settings.name().equals(name)).findFirst().orElseThrow();
    }

    private boolean mayEnter(ModelLane lane) {
      int free = limit - lanes.stream().mapToInt(it -> it.inUse).sum();
      int owedToOthers = lanes.stream().filter(it -> it != lane).mapToInt(ModelLane::owed).sum();
      boolean fromReserve = lane.owed() > 0;
      return free > 0 && lane.inUse < lane.settings.limit() && (fromReserve || free > owedToOthers);
    }

    void tryAcquire(String name) {
      ModelLane lane = lane(name);
      boolean enters = lane.queue.isEmpty() && mayEnter(lane);
      lane.inUse += enters ? 1 : 0;
      seen.add(name + " try " + enters);
    }

    void request(String name, String who) {
      ModelLane lane = lane(name);
      if (lane.queue.isEmpty() && mayEnter(lane)) {
        lane.inUse++;
        seen.add(who);
      } else if (lane.queue.size() >= lane.settings.queueBound()) {
        seen.add(who + " QUEUE_FULL");
      } else {
        if (lane.queue.isEmpty()) {
          lane.pass = Math.max(lane.pass, pass);
        }
        lane.queue.add(who);
      }
    }

    void cancel(String name, String who) {
      seen.add(who + " cancelled " + lane(name).queue.remove(who));
    }

    void release(String name) {
      lane(name).inUse--;
      admitAll();
    }

    void resize(int limit) {
      this.limit = limit;
      admitAll();
    }

    private void admitAll() {
      var order =
          Comparator.comparingInt((ModelLane it) -> it.owed() > 0 ? 0 : 1)
              .thenComparingDouble(it -> it.pass)
              .thenComparingInt(it -> it.place);
      for (; ; ) {
        var next = lanes.stream().filter(it -> !it.queue.isEmpty() && mayEnter(it)).min(order);
        if (next.isEmpty()) {
          return;
        }
        ModelLane lane = next.get();
        pass = lane.pass;
        lane.pass += 1.0 / lane.settings.weight();
        lane.inUse++;
        seen.add(lane.queue.removeFirst());
      }
    }

    List<String> figures() {
      return lanes.stream()
          .map(it -> "%s %d/%d".formatted(it.settings.name(), it.inUse, it.queue.size()))
          .toList();
    }
  }
}
