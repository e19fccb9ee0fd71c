package dev.weir.benchmarks.load.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.benchmarks.load.rivals.Senders;
import dev.weir.benchmarks.load.rivals.Spiked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether every scenario runs on real servers and gives figures; not how good they are. */
class ScenariosTest {

  @Test
  void fairness_counts_every_rival() throws Exception {
    Results results = tiny("fairness");
    assertThat(results.rivals("1,000 threads")).hasSize(5);
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(Fairness.JAIN)).isBetween(0.001, 1.0);
      assertThat(round.figures().of(Fairness.RATE)).isNotNaN().isPositive();
    }
  }

  @Test
  void lanes_serve_the_quiet_and_the_probes_with_and_without_the_hog() throws Exception {
    Results results = tiny("lanes");
    assertThat(results.variants())
        .containsExactly("parked 5 ms, alone", "parked 5 ms, beside the hog");
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(Lanes.P99)).isGreaterThanOrEqualTo(5);
      assertThat(round.figures().of(Lanes.PROBES)).isBetween(0.0, 100.0);
    }
    assertThat(results.median("parked 5 ms, beside the hog", Lenders.WEIR, Lanes.HOG))
        .isNotNaN()
        .isPositive();
  }

  @Test
  void overload_is_put_on_every_rival_and_on_a_second_Weir() throws Exception {
    Results results = tiny("overload");
    for (String variant : results.variants()) {
      assertThat(results.rivals(variant)).hasSize(5);
      assertThat(results.median(variant, "Weir again", Overload.P50)).isGreaterThanOrEqualTo(5);
      assertThat(results.median(variant, Lenders.WEIR, Overload.P50)).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void a_limit_that_finds_itself_is_watched_from_above_and_below() throws Exception {
    Results results = tiny("adaptive");
    String variant = results.variants().getFirst();
    assertThat(results.median(variant, Adaptive.ABOVE, Adaptive.START))
        .isGreaterThan(results.median(variant, Adaptive.BELOW, Adaptive.START));
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(Adaptive.RATIO)).isNotNaN().isPositive();
      assertThat(round.figures().of(Adaptive.END)).isBetween(1.0, 64.0);
    }
  }

  @Test
  void a_limit_is_watched_for_creeping() throws Exception {
    Results results = tiny("creep-row");
    String variant = results.variants().getFirst();
    assertThat(results.median(variant, Adaptive.BELOW, Adaptive.SECOND)).isBetween(1.0, 64.0);
    assertThat(results.median(variant, Adaptive.BELOW, Adaptive.END)).isBetween(1.0, 64.0);
    assertThat(results.median(variant, Adaptive.BELOW, Adaptive.RATE)).isNotNaN().isPositive();
  }

  @ParameterizedTest
  @CsvSource({"29.3, 43, false", "2, 3, true", "20, 25, true", "20, 26, false"})
  void a_limit_that_creeps_is_judged_by_its_second_and_its_last_quarter(
      double second, double last, boolean kept) {
    Figures figures = Figures.none().with(Adaptive.SECOND, second).with(Adaptive.END, last);
    var results = new Results(List.of(new Results.Round("load", Adaptive.BELOW, 1, figures)));
    assertThat(Creep.byOneRow().judge(results))
        .singleElement()
        .satisfies(it -> assertThat(it.kept()).isEqualTo(kept));
  }

  @Test
  void a_round_of_weir_without_a_figure_keeps_no_promise() {
    Figures good =
        Figures.none()
            .with(Recovery.FAILED, 1)
            .with(Recovery.FIRST, 100)
            .with(Recovery.CONNECTS, 10)
            .with(Fleet.REFUSED, 0);
    String killed = "kill -9 and restart";
    var whole = new Results(List.of(new Results.Round(killed, Lenders.WEIR, 1, good)));
    var part =
        new Results(
            List.of(
                new Results.Round(killed, Lenders.WEIR, 1, good),
                new Results.Round(killed, Lenders.WEIR, 2, Figures.none())));
    assertThat(new Recovery().judge(whole)).allMatch(Verdict::kept);
    assertThat(new Recovery().judge(part)).noneMatch(Verdict::kept);
    assertThat(new Fleet().judge(part)).noneMatch(Verdict::kept);
  }

  @Test
  void a_spike_is_served_by_every_rival() throws Exception {
    Results results = tiny("spike");
    assertThat(results.rivals(Spike.VARIANT)).hasSize(4);
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(Spike.ALL)).isGreaterThan(2);
      assertThat(round.figures().of(Spike.OPENED)).isBetween(0.0, 50.0);
    }
    assertThat(results.median(Spike.LONG, Spiked.FLEXY, Spike.OPENED))
        .as("one more after each timeout")
        .isNotNaN()
        .isPositive();
  }

  @Test
  void a_fleet_is_begun_joined_and_bereaved_and_its_calls_add_up() throws Exception {
    Results results = tiny("fleet");
    assertThat(results.rivals(Fleet.VARIANT)).containsExactly(Lenders.WEIR, Lenders.HIKARI);
    for (Results.Round round : results.rounds()) {
      Figures figures = round.figures();
      double calls = figures.of(Fleet.CALLS);
      assertThat(calls).isNotNaN().isPositive();
      assertThat(Fleet.parts().stream().mapToDouble(it -> figures.of(it.calls())).sum())
          .as("calls of all phases")
          .isEqualTo(calls);
      assertThat(figures.of(Fleet.SEEN))
          .as("calls by the server's count, with those that failed or died under way")
          .isBetween(calls, calls + figures.of(Fleet.FAILED) + 3 * 60);
      assertThat(figures.of(Fleet.MOST)).isBetween(1.0, 57.0);
      assertThat(figures.of(Fleet.together(FleetRun.ONE).sessions())).isBetween(1.0, 30.0);
    }
    assertThat(results.median(Fleet.VARIANT, Lenders.WEIR, Fleet.REFUSED)).isZero();
  }

  @Test
  void a_borrow_is_timed_on_both_pools_in_the_same_slices() throws Exception {
    Results results = tiny("borrow");
    assertThat(results.variants()).hasSize(5);
    assertThat(results.median("SELECT 1, virtual thread", Lenders.WEIR, Borrow.TIME_RATIO))
        .isNotNaN()
        .isPositive();
    assertThat(results.median("stub, platform thread", Lenders.HIKARI, Borrow.TIME_RATIO))
        .isEqualTo(1);
  }

  @Test
  void a_session_is_timed_beside_what_it_is_more_than() throws Exception {
    Results results = tiny("sessions");
    assertThat(results.variants()).hasSize(4);
    for (String variant : results.variants()) {
      assertThat(results.median(variant, Sessions.PLAIN, Sessions.RATIO)).isEqualTo(1);
      assertThat(results.median(variant, Sessions.MORE, Sessions.RATIO)).isNotNaN().isPositive();
    }
  }

  @Test
  void throughput_is_counted_with_and_without_pools() throws Exception {
    assumeThat(new Throughput().lacks()).isEmpty();
    Results results = tiny("throughput");
    assertThat(results.rounds())
        .hasSize(8)
        .allSatisfy(
            round -> assertThat(round.figures().of(Throughput.RATE)).isNotNaN().isPositive());
  }

  @Test
  void deadlines_are_tried_with_and_without_a_silent_node() throws Exception {
    Results results = tiny("deadline");
    assertThat(results.variants()).hasSize(2);
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(Deadlines.TRIES)).isEqualTo(2);
      assertThat(round.figures().of(Deadlines.P95)).isBetween(0.0, 9_000.0);
    }
  }

  @Test
  void interrupts_hit_calls_and_the_survivors_are_counted() throws Exception {
    Results results = tiny("interrupt");
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(Interrupts.TRIES)).isEqualTo(30);
      assertThat(round.figures().of(Interrupts.SURVIVED)).isBetween(0.0, 100.0);
      assertThat(round.figures().of(Interrupts.P99)).isNotNaN().isPositive();
    }
    assertThat(results.median("random phases", Lenders.HIKARI, Interrupts.SURVIVED))
        .as("a virtual thread interrupted in a read loses its socket")
        .isLessThan(100);
  }

  @Test
  void an_outage_is_felt_by_all_who_retry() throws Exception {
    Results results = tiny("outage");
    assertThat(results.rivals("200 mails/s")).hasSize(3);
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(Outage.CALLS)).isNotNaN().isPositive();
    }
    assertThat(results.median("200 mails/s", Senders.NAIVE, Outage.EXTRA)).isNotNaN().isPositive();
  }

  @Test
  void a_killed_server_is_felt_by_all_and_weir_serves_again() throws Exception {
    Results results = tiny("recovery");
    assertThat(results.rivals("kill -9 and restart")).hasSize(3);
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(Recovery.RATE)).isNotNaN().isPositive();
      assertThat(round.figures().of(Recovery.CONNECTS)).isNotNaN().isPositive();
    }
    assertThat(results.median("kill -9 and restart", Lenders.WEIR, Recovery.FIRST)).isNotNaN();
  }

  @Test
  void tasks_are_submitted_by_both_in_the_same_slices() throws Exception {
    Results results = tiny("submit");
    for (String variant : results.variants()) {
      assertThat(results.median(variant, Submit.WEIR, Submit.RATIO)).isNotNaN().isPositive();
      assertThat(results.median(variant, Submit.EXECUTOR, Submit.RATIO)).isEqualTo(1);
      assertThat(results.median(variant, Submit.ORIGINAL, Submit.RATE)).isEqualTo(57_699);
    }
  }

  @Test
  void tasks_are_weighed_queued_and_parked() throws Exception {
    Results results = tiny("memory");
    assertThat(results.median(Memory.QUEUED, Memory.WEIR, Memory.BYTES)).isBetween(50.0, 200.0);
    assertThat(results.median(Memory.PARKED, Memory.WEIR, Memory.BYTES)).isBetween(200.0, 9_000.0);
    assertThat(results.median(Memory.PARKED, Memory.BARE, Memory.BYTES)).isBetween(200.0, 9_000.0);
  }

  @Test
  void an_interactive_task_is_timed_alone_and_beside_others_that_compute() throws Exception {
    Results results = tiny("computing");
    for (String rival : List.of(Computing.WEIR, Computing.BARE)) {
      assertThat(results.median(Computing.VARIANT, rival, Computing.ALONE)).isGreaterThan(5);
      assertThat(results.median(Computing.VARIANT, rival, Computing.COUNT)).isNotNaN().isPositive();
    }
  }

  @Test
  void schedules_that_wait_are_begun_and_their_processor_time_is_told() throws Exception {
    Results results = tiny("schedules");
    assertThat(results.rivals("10,000 schedules")).hasSize(3);
    for (Results.Round round : results.rounds()) {
      assertThat(round.figures().of(IdleSchedules.CORE)).isBetween(0.0, 6_400.0);
    }
  }

  @Test
  void events_reach_every_subscriber_of_every_rival() throws Exception {
    Results results = tiny("events");
    assertThat(results.rivals("sync, 8")).hasSize(2);
    assertThat(results.rivals("async, 16")).hasSize(5);
    for (String rival : results.rivals("async, 8")) {
      assertThat(results.median("async, 8", rival, Events.RATE)).isNotNaN().isPositive();
    }
  }

  /** One round of it, judged, with every figure that its table and picture promise. */
  private static Results tiny(String name) throws Exception {
    Scenario scenario =
        Scenarios.of(List.of(name), Map.of("Weir again", "weir.benchmarks.none:x")).getFirst();
    List<Results.Round> rounds = new ArrayList<>();
    try (var stage = new Stage()) {
      scenario.open(stage, Pass.TINY);
      assertThat(stage.settings()).isNotEmpty();
      for (Trial trial : stage.trials()) {
        List<Figures> figures = trial.measurement().run();
        for (int i = 0; i < figures.size(); i++) {
          rounds.add(new Results.Round(trial.variant(), trial.rivals().get(i), 1, figures.get(i)));
        }
      }
    }
    var results = new Results(rounds);
    for (Metric metric : scenario.metrics()) {
      assertThat(rounds).anySatisfy(it -> assertThat(it.figures().values()).containsKey(metric));
    }
    assertThat(scenario.judge(results)).isNotEmpty();
    return results;
  }
}
