package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on a gate at random times, each checked against an oracle that works everything
 * out anew. The seed is the name of the run.
 */
class GateModelTest {

  private static final int SEEDS = 40;
  private static final int STEPS = 2_000;
  private static final Set<Reason> REFUSED_FOR = EnumSet.noneOf(Reason.class);

  static IntStream seeds() {
    return new Random().ints(SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void does_what_the_oracle_says(int seed) {
    var random = new Random(seed);
    var run = new Run(random);
    for (int step = 0; step < STEPS; step++) {
      String done = run.step();
      assertThat(run.told).as("seed %d, step %d: %s", seed, step, done).isEqualTo(run.oracle.told);
      assertThat(run.figures())
          .as("seed %d, step %d: %s", seed, step, done)
          .isEqualTo(run.oracle.figures());
      run.forgetWhatWasTold();
    }
  }

  /** Without this the test could agree on what it never did. */
  @AfterAll
  static void has_seen_every_reason_a_gate_has() {
    assertThat(REFUSED_FOR)
        .containsExactlyInAnyOrder(
            Reason.DEADLINE,
            Reason.OVERLOADED,
            Reason.QUEUE_FULL,
            Reason.UNAVAILABLE,
            Reason.CLOSED);
  }

  private static final class Run {

    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final long MILLI = 1_000_000;

    private final Random random;
    private final Gate gate;
    private final GateOracle oracle;
    private final List<String> told = new ArrayList<>();
    private final List<RecordingWaiter> waiters = new ArrayList<>();
    private long now;

    Run(Random random) {
      this.random = random;
      this.now = random.nextBoolean() ? random.nextLong() : 0;
      List<LaneSettings> lanes =
          List.of(
              LaneSettings.named("a").reserved(random.nextInt(3)).queueBound(8).codel(codel()),
              LaneSettings.named("b").reserved(random.nextInt(2)).weight(4).limit(3).codel(codel()),
              LaneSettings.named("c").weight(2).codel(codel()));
      int supply = random.nextInt(6);
      gate = new Gate("g", 5, lanes, new Gate.Outside(supply, () -> now, () -> {}));
      oracle = new GateOracle(5, supply, lanes);
    }

    private CoDel codel() {
      CoDel one =
          switch (random.nextInt(4)) {
            case 0 -> CoDel.off();
            case 1 -> CoDel.above(Duration.ofMillis(1 + random.nextInt(5)));
            default -> CoDel.byBudget();
          };
      return random.nextBoolean() ? one : one.order(CoDel.Order.OLDEST_FIRST);
    }

    String step() {
      String name = NAMES.get(random.nextInt(3));
      Lane lane = gate.lane(name);
      int dice = random.nextInt(1_000);
      if (dice < 250) {
        return pass();
      }
      if (dice < 550) {
        return request(name, lane);
      }
      if (dice < 800) {
        return release(name, lane);
      }
      if (dice < 850) {
        assertThat(lane.tryAcquire()).isEqualTo(oracle.tryAcquire(name));
        return "try " + name;
      }
      if (dice < 900) {
        return cancel(name, lane);
      }
      return dice < 940 ? held(name, lane) : change(dice);
    }

    private String pass() {
      long[] most = {MILLI / 10, 2 * MILLI, 20 * MILLI, 150 * MILLI, 3_000 * MILLI};
      int which = Math.min(4, (int) Math.abs(random.nextGaussian() * 1.5));
      long nanos = random.nextLong(most[which]);
      now += nanos;
      oracle.now += nanos;
      return "pass " + Duration.ofNanos(nanos);
    }

    private String request(String name, Lane lane) {
      long[] budgets = {10, 5 * MILLI, 200 * MILLI, 200 * MILLI, 2_000 * MILLI, 2_001 * MILLI};
      int which = random.nextInt(budgets.length + 1);
      long budget = which == budgets.length ? Long.MAX_VALUE : budgets[which];
      String who = name + waiters.size();
      var waiter = new RecordingWaiter(who, budget, told);
      waiters.add(waiter);
      try {
        lane.request(waiter);
      } catch (AdmissionRejectedException refusal) {
        waiter.refused(refusal);
      }
      oracle.request(name, who, budget);
      return "request %s with %s".formatted(who, Duration.ofNanos(budget));
    }

    private String release(String name, Lane lane) {
      if (lane.snapshot().inUse() > 0) {
        lane.release();
        oracle.release(name);
      }
      return "release " + name;
    }

    private String cancel(String name, Lane lane) {
      if (waiters.isEmpty()) {
        return "nothing to cancel";
      }
      int back = random.nextInt(Math.min(8, waiters.size()));
      RecordingWaiter waiter = waiters.get(waiters.size() - 1 - back);
      assertThat(lane.cancel(waiter)).isEqualTo(oracle.cancel(name, waiter.name));
      return "cancel " + waiter.name;
    }

    private String held(String name, Lane lane) {
      long nanos = random.nextLong(40 * MILLI);
      lane.held(nanos);
      oracle.held(name, nanos);
      return "held " + name;
    }

    private String change(int dice) {
      if (dice < 955) {
        int limit = random.nextInt(8);
        gate.resize(limit);
        oracle.resize(limit);
        return "resize " + limit;
      }
      if (dice < 970) {
        gate.addSupply();
        oracle.addSupply();
        return "add supply";
      }
      if (dice < 980) {
        assertThat(gate.tryTakeSupply()).isEqualTo(oracle.tryTakeSupply());
        return "take supply";
      }
      return dice < 990 ? loseSupply() : refuse(dice);
    }

    private String loseSupply() {
      if (oracle.inUse() > 0 && oracle.supply() > 0) {
        gate.loseSupply();
        oracle.loseSupply();
      }
      return "lose supply";
    }

    private String refuse(int dice) {
      // Late, or there would be little to see.
      if (dice >= 998 && waiters.size() > STEPS / 4) {
        gate.close();
        oracle.close();
        return "close";
      }
      long atLeast = random.nextLong(20 * MILLI);
      gate.refuseWaiting(Duration.ofNanos(atLeast));
      oracle.refuseWaiting(atLeast);
      return "refuse who waited " + Duration.ofNanos(atLeast);
    }

    String figures() {
      GateSnapshot it = gate.snapshot();
      var all =
          new StringBuilder("%d of %d, %d".formatted(it.inUse(), it.permits(), gate.demand()));
      for (LaneSnapshot lane : it.lanes()) {
        all.append(
            "; %s %d/%d/%d".formatted(lane.name(), lane.inUse(), lane.queued(), lane.rejected()));
      }
      return all.toString();
    }

    void forgetWhatWasTold() {
      for (Reason reason : Reason.values()) {
        if (told.stream()
            .anyMatch(it -> Arrays.asList(it.split(" ", -1)).contains(reason.name()))) {
          REFUSED_FOR.add(reason);
        }
      }
      told.clear();
      oracle.told.clear();
    }
  }
}
