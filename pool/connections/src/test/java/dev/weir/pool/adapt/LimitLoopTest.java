package dev.weir.pool.adapt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fast loop before servers of every kind, in simulated time. */
@Tag("faults")
class LimitLoopTest {

  private static final int SEEDS = Integer.getInteger("weir.adapt.seeds", 40);
  private static final int MANY = 500;

  /** What holds calls up. */
  enum Kind {
    /** Twelve processors for calls of 3 ms, with a soft knee. */
    PROCESSORS,
    /** Two processors. */
    TWO_PROCESSORS,
    /** Calls of 3 ms that wait for each other and get in each other's way. */
    SCALABILITY_LAW,
    /** Much in each other's way, so that a hundred get less done than ten. */
    COLLAPSE,
    /**
     * One of four rows, chosen at random, is held for 5 ms: never quite flat, so that the best is
     * always the most, which is 32 here.
     */
    FOUR_ROWS,
    /** All update one row. */
    ONE_ROW,
    /** Each waits for 10 ms, and nobody for another. */
    LATENCY;

    double rate(int n) {
      return switch (this) {
        case PROCESSORS -> soft(n / 0.003, 12 / 0.003);
        case TWO_PROCESSORS -> soft(n / 0.003, 2 / 0.003);
        case SCALABILITY_LAW -> n / 0.003 / (1 + 0.02 * (n - 1) + 0.001 * n * (n - 1));
        case COLLAPSE -> n / 0.003 / (1 + 0.01 * (n - 1) + 0.01 * n * (n - 1));
        case FOUR_ROWS -> 4 * n / (n + 3.0) / 0.005;
        case ONE_ROW -> 1 / 0.002;
        case LATENCY -> n / 0.010;
      };
    }

    private static double soft(double some, double all) {
      return Math.pow(Math.pow(some, -4) + Math.pow(all, -4), -0.25);
    }

    Bounds bounds() {
      return new Bounds(2, this == FOUR_ROWS ? 32 : 100);
    }

    double best() {
      double best = rate(bounds().most());
      for (double limit = bounds().least(); limit <= bounds().most(); limit *= 1.1) {
        best = Math.max(best, rate((int) Math.round(limit)));
      }
      return best;
    }

    /** The least limit with which nearly as much is done as with any. */
    int enough() {
      int limit = bounds().least();
      while (rate(limit) < 0.95 * best()) {
        limit++;
      }
      return limit;
    }
  }

  /** A loop and a server, and what came of them. */
  private static final class Run {
    private final SimulatedServer server;
    private final LimitLoop loop;
    private Bounds bounds;
    private double done;
    private double inside;
    private int highest;
    private int moves;

    Run(SimulatedServer server, Bounds bounds, double from, long seed) {
      this.server = server;
      this.bounds = bounds;
      this.loop = new LimitLoop(bounds.clamp(from), new Random(seed));
    }

    Run through(int seconds) {
      done = 0;
      inside = 0;
      highest = 0;
      moves = 0;
      int looks = (int) (seconds / SimulatedServer.LOOK);
      for (int i = 0; i < looks; i++) {
        Reading now = server.look(loop.offered());
        moves += loop.look(now, bounds) == null ? 0 : 1;
        done += server.rate(server.inUse()) / looks;
        inside += (double) server.inUse() / looks;
        highest = Math.max(highest, loop.limit());
      }
      return this;
    }
  }

  @ParameterizedTest
  @EnumSource
  void comes_within_15_percent_of_the_best_limit_from_above_and_below_in_60_seconds(Kind kind) {
    double worst = 1;
    double sum = 0;
    double most = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      for (double from : new double[] {4.0 * kind.enough(), kind.enough() / 4.0}) {
        var server = new SimulatedServer(kind::rate, seed).closed(MANY);
        var run = new Run(server, kind.bounds(), from, seed);
        run.through(50).through(10);
        worst = Math.min(worst, run.done / kind.best());
        sum += run.done / kind.best();
        most = Math.max(most, run.inside / kind.enough());
        assertThat(run.done)
            .as("%s from %.0f, seed %d: %s", kind, from, seed, run.loop.why())
            .isGreaterThan((kind == Kind.FOUR_ROWS ? 0.8 : 0.85) * kind.best());
        assertThat(run.inside)
            .as("%s from %.0f, seed %d: %s", kind, from, seed, run.loop.why())
            .isLessThan(Math.max(10, 4.0 * kind.enough()));
      }
    }
    System.out.printf(
        "%s: %.3f of the best, at worst %.3f, with at most %.2f times the callers%n",
        kind, sum / (2 * SEEDS), worst, most);
    assertThat(sum / (2 * SEEDS)).isGreaterThan(0.88);
  }

  @ParameterizedTest
  @EnumSource(names = {"PROCESSORS", "TWO_PROCESSORS", "ONE_ROW", "COLLAPSE"})
  void does_not_creep_upwards_in_ten_minutes_of_moderate_overload(Kind kind) {
    for (int seed = 0; seed < SEEDS / 4; seed++) {
      var server = new SimulatedServer(kind::rate, seed).open(1.3 * kind.best());
      var run = new Run(server, kind.bounds(), 4.0 * kind.enough(), seed);
      double first = run.through(60).through(180).inside;
      double last = run.through(180).through(180).inside;
      assertThat(run.highest)
          .as("%s, seed %d", kind, seed)
          .isLessThanOrEqualTo(Math.max(10, 3 * kind.enough()));
      assertThat(last).as("%s, seed %d", kind, seed).isLessThan(1.5 * first + 1);
      assertThat(run.done).isGreaterThan(0.85 * kind.best());
    }
  }

  @Test
  void does_nothing_while_nobody_waits() {
    var run = new Run(processors(1).closed(20), Kind.PROCESSORS.bounds(), 64, 1);
    assertThat(run.through(120).moves).isZero();
    assertThat(run.loop.offered()).isEqualTo(64);
    assertThat(run.loop.why()).contains("nobody has had to wait");
  }

  @Test
  void does_nothing_by_a_handful_of_calls() {
    var server = new SimulatedServer(_ -> 4, 1).closed(MANY);
    var run = new Run(server, Kind.LATENCY.bounds(), 30, 1);
    assertThat(run.through(120).moves).isZero();
    assertThat(run.loop.why()).isEqualTo("too few calls end in a second to tell");
  }

  @Test
  void is_not_pushed_up_by_a_load_that_the_server_can_nearly_bear() {
    for (int seed = 0; seed < SEEDS / 4; seed++) {
      var server = processors(seed).open(0.9 * Kind.PROCESSORS.best());
      var run = new Run(server, Kind.PROCESSORS.bounds(), Kind.PROCESSORS.enough(), seed);
      run.through(600);
      assertThat(run.highest).as("seed %d", seed).isLessThan(3 * Kind.PROCESSORS.enough());
      assertThat(run.done).isGreaterThan(0.85 * 0.9 * Kind.PROCESSORS.best());
    }
  }

  @Test
  void follows_a_server_that_becomes_another_one() {
    for (int seed = 0; seed < SEEDS / 4; seed++) {
      var server = new SimulatedServer(Kind.LATENCY::rate, seed).closed(MANY);
      var run = new Run(server, Kind.LATENCY.bounds(), 20, seed);
      assertThat(run.through(120).loop.limit()).isGreaterThan(70);
      assertThat(run.loop.isWanting()).isTrue();
      server.becomes(Kind.ONE_ROW::rate);
      assertThat(run.through(90).through(10).inside).as("seed %d", seed).isLessThan(25);
      server.becomes(Kind.LATENCY::rate);
      assertThat(run.through(60).through(10).inside).as("seed %d", seed).isGreaterThan(70);
    }
  }

  @Test
  void begins_anew_after_connections_were_lost_and_stays_within_other_bounds() {
    var server = new SimulatedServer(Kind.LATENCY::rate, 3).closed(MANY);
    var run = new Run(server, Kind.LATENCY.bounds(), 90, 3);
    run.through(30);
    server.losesConnections();
    int before = run.loop.limit();
    run.through(1);
    assertThat(run.loop.limit()).isEqualTo(before);
    run.bounds = new Bounds(2, 12);
    run.through(1);
    assertThat(run.loop.limit()).isEqualTo(12);
    assertThat(run.loop.offered()).isLessThanOrEqualTo(12);
    run.bounds = new Bounds(2, 60);
    run.through(60);
    assertThat(run.loop.limit()).isGreaterThan(40);
  }

  @Test
  void says_of_each_move_what_was_tried_and_what_it_gave() {
    var server = processors(5).closed(MANY);
    var loop = new LimitLoop(90, new Random(5));
    Move move = null;
    for (int i = 0; i < 2_000 && move == null; i++) {
      move = loop.look(server.look(loop.offered()), Kind.PROCESSORS.bounds());
    }
    Objects.requireNonNull(move, "a move within 100 s");
    assertThat(move.from()).isEqualTo(90);
    assertThat(move.to()).isLessThan(90);
    assertThat(move.why())
        .matches(
            "between \\d+ and \\d+, 10 % more callers gave [\\d.]+ % (more|fewer) calls"
                + " \\(\\d+/s, [\\d.]+ ms each\\): they wait for each other inside the server");
  }

  private static SimulatedServer processors(long seed) {
    return new SimulatedServer(Kind.PROCESSORS::rate, seed);
  }
}
