package dev.weir.tasks.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.tasks.shutdown.StepReport.Outcome;
import dev.weir.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ShutdownSequenceTest {

  private static final Duration BUDGET = Duration.ofSeconds(20);

  private final Queue<String> said = new ConcurrentLinkedQueue<>();
  private final ShutdownSequence sequence =
      new ShutdownSequence(() -> false)
          .here(Phase.TASKS, "tasks", _ -> said.add("tasks"))
          .apart(Phase.CONNECTIONS, "connections", _ -> said.add("connections"));

  private Participant saying(String name, Phase phase) {
    return Participant.named(name, phase, _ -> said.add(name));
  }

  private StopReport stopped(Duration budget) {
    return sequence.stop("a test", budget).orElseThrow();
  }

  private static StepReport step(StopReport report, String name) {
    return report.steps().stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Until the end of the test: what is deaf to interrupts, as a hung participant is. */
  private static void hang(CountDownLatch release) {
    boolean over = false;
    while (!over) {
      try {
        release.await();
        over = true;
      } catch (InterruptedException _) {
        // deaf, as it should be here
      }
    }
  }

  @Nested
  class A_stop {

    @Test
    void calls_phase_by_phase_participants_before_the_house_and_lower_orders_first() {
      sequence.add(saying("last", Phase.TELEMETRY));
      sequence.add(saying("kafka", Phase.TASKS).order(2));
      sequence.add(saying("http", Phase.TASKS).order(1));
      sequence.add(saying("probe", Phase.REFUSE));

      StopReport report = stopped(BUDGET);

      assertThat(said).containsExactly("probe", "http", "kafka", "tasks", "connections", "last");
      assertThat(report.isClean()).isTrue();
      assertThat(report.text()).startsWith("Stopped cleanly in ").contains("of 20.00 s (a test)");
    }

    @Test
    void calls_those_of_one_order_beside_each_other() {
      var together = new CyclicBarrier(2);
      sequence.add(Participant.named("one", Phase.REFUSE, _ -> together.await()));
      sequence.add(Participant.named("two", Phase.REFUSE, _ -> together.await()));

      assertThat(stopped(BUDGET).isClean()).isTrue();
    }

    @Test
    void leaves_a_hung_participant_behind_and_names_where_it_is() {
      var release = new CountDownLatch(1);
      sequence.add(
          Participant.named("hung", Phase.REFUSE, _ -> hang(release))
              .atMost(Duration.ofMillis(50)));

      StopReport report = stopped(BUDGET);

      assertThat(said).containsExactly("tasks", "connections");
      assertThat(step(report, "hung").outcome()).isEqualTo(Outcome.LATE);
      assertThat(report.isClean()).isFalse();
      assertThat(report.text())
          .contains("hung (REFUSE) did not end within 0.05 s and was left behind:")
          .contains("at java")
          .doesNotContain("connections");
      release.countDown();
    }

    @Test
    void keeps_time_back_for_those_after_one_who_wants_it_all() {
      var release = new CountDownLatch(1);
      sequence.add(
          Participant.named("greedy", Phase.REFUSE, _ -> hang(release))
              .atMost(Duration.ofHours(1)));

      StopReport report = stopped(Duration.ofMillis(500));

      assertThat(step(report, "greedy").allowed()).isLessThan(Duration.ofMillis(490));
      assertThat(step(report, "tasks").allowed()).isPositive();
      assertThat(step(report, "connections").allowed()).isPositive();
      assertThat(said).containsExactly("tasks", "connections");
      release.countDown();
    }

    @Test
    void gives_a_participant_a_quarter_of_the_budget_unless_it_asks_for_another_bound() {
      sequence.add(saying("usual", Phase.REFUSE));
      sequence.add(saying("short", Phase.REFUSE).atMost(Duration.ofSeconds(2)));

      StopReport report = stopped(BUDGET);

      assertThat(step(report, "usual").allowed()).isEqualTo(Duration.ofSeconds(5));
      assertThat(step(report, "short").allowed()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void collects_every_failure_and_goes_on() {
      var first = new IOException("canary");
      var second = new AssertionError("canary");
      sequence.add(
          Participant.named(
              "one",
              Phase.REFUSE,
              _ -> {
                throw first;
              }));
      sequence.add(
          Participant.named(
              "two",
              Phase.SESSIONS,
              _ -> {
                throw second;
              }));

      StopReport report = stopped(BUDGET);

      assertThat(report.failures()).containsExactly(first, second);
      assertThat(said).containsExactly("tasks", "connections");
      assertThat(report.text())
          .contains("one (REFUSE) failed after ", "with java.io.IOException")
          .contains("two (SESSIONS) failed after ", "with java.lang.AssertionError")
          .doesNotContain("canary");
    }

    @Test
    void names_what_a_participant_says_it_leaves() {
      sequence.add(Participant.named("mail", Phase.TASKS, stop -> stop.left("3 letters")));

      StopReport report = stopped(BUDGET);

      assertThat(step(report, "mail").outcome()).isEqualTo(Outcome.LEFT_WORK);
      assertThat(report.text()).contains("mail (TASKS) left work undone", "\n    3 letters");
    }

    @Test
    void tells_a_participant_its_deadline_and_binds_it_around_it() {
      sequence.add(
          Participant.named(
                  "told",
                  Phase.REFUSE,
                  stop -> {
                    assertThat(stop.remaining()).isBetween(Duration.ofMillis(1), BUDGET);
                    assertThat(dev.weir.gate.Deadline.current()).isSameAs(stop.deadline());
                  })
              .atMost(Duration.ofSeconds(9)));

      assertThat(stopped(BUDGET).failures()).isEmpty();
    }

    @Test
    void goes_on_in_an_interrupted_thread_and_leaves_the_flag() {
      sequence.add(saying("http", Phase.REFUSE));
      Thread.currentThread().interrupt();

      StopReport report = stopped(BUDGET);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(report.isClean()).isTrue();
      assertThat(said).containsExactly("http", "tasks", "connections");
    }
  }

  @Nested
  class A_second_stop {

    @Test
    void waits_for_the_first_and_gets_its_report() throws InterruptedException {
      var inside = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      sequence.add(
          Participant.named(
                  "slow",
                  Phase.REFUSE,
                  _ -> {
                    inside.countDown();
                    release.await();
                  })
              .atMost(BUDGET));
      Thread first = Thread.ofVirtual().start(() -> stopped(BUDGET));
      inside.await();
      assertThat(sequence.progress().orElseThrow())
          .contains("Stopping (a test)", "waits for [slow] (REFUSE)");
      Queue<String> reasons = new ConcurrentLinkedQueue<>();
      Thread second =
          Thread.ofVirtual()
              .start(() -> reasons.add(sequence.stop("another", BUDGET).orElseThrow().reason()));
      Await.until(
          Duration.ofSeconds(20),
          "the second waits",
          () -> second.getState().name().contains("WAIT"));
      release.countDown();
      first.join();
      second.join();

      assertThat(reasons).containsExactly("a test");
      assertThat(said).containsExactly("tasks", "connections");
      assertThat(sequence.progress()).isEmpty();
    }

    @Test
    void from_inside_a_participant_returns_at_once() {
      sequence.add(
          Participant.named(
                  "circle",
                  Phase.REFUSE,
                  _ -> {
                    assertThat(sequence.isInside()).isTrue();
                    assertThat(sequence.stop("from inside", BUDGET)).isEmpty();
                    said.add("circle");
                  })
              .atMost(BUDGET));

      assertThat(stopped(BUDGET).isClean()).isTrue();
      assertThat(said).containsExactly("circle", "tasks", "connections");
      assertThat(sequence.isInside()).isFalse();
    }

    @Test
    void from_what_the_first_waits_for_returns_at_once() {
      var waitedFor = new ShutdownSequence(() -> true);
      waitedFor.here(
          Phase.TASKS, "tasks", _ -> assertThat(waitedFor.stop("a task", BUDGET)).isEmpty());

      assertThat(waitedFor.stop("a test", BUDGET).orElseThrow().isClean()).isTrue();
    }
  }

  @Nested
  class A_participant {

    @Test
    void is_refused_when_its_name_is_taken_or_missing_or_its_bound_is_no_time() {
      sequence.add(saying("http", Phase.REFUSE));

      assertThatThrownBy(() -> sequence.add(saying("http", Phase.TASKS)))
          .hasMessageContaining("called 'http'");
      assertThatThrownBy(() -> sequence.add(saying("tasks", Phase.TASKS)))
          .hasMessageContaining("called 'tasks'");
      assertThatThrownBy(() -> saying(" ", Phase.TASKS)).hasMessageContaining("has no name");
      assertThatThrownBy(() -> saying("x", Phase.TASKS).atMost(Duration.ZERO))
          .hasMessageContaining("'x' may take PT0S at most");
    }

    @Test
    void can_be_taken_out_again() {
      Registration http = sequence.add(saying("http", Phase.REFUSE));
      http.withdraw();
      http.withdraw();

      stopped(BUDGET);

      assertThat(said).containsExactly("tasks", "connections");
    }

    @Test
    void is_refused_once_the_stop_has_begun() {
      stopped(BUDGET);

      assertThatThrownBy(() -> sequence.add(saying("late", Phase.REFUSE)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("'late'", "it has begun (a test)");
    }

    @Test
    void that_was_left_behind_is_interrupted() throws InterruptedException {
      var interrupted = new CountDownLatch(1);
      sequence.add(
          Participant.named(
                  "sleepy",
                  Phase.REFUSE,
                  _ -> {
                    try {
                      new CountDownLatch(1).await();
                    } catch (InterruptedException late) {
                      interrupted.countDown();
                    }
                  })
              .atMost(Duration.ofMillis(20)));

      assertThat(step(stopped(BUDGET), "sleepy").outcome()).isEqualTo(Outcome.LATE);
      assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_report_copies_what_it_is_given() {
    var report = new StopReport("r", BUDGET, BUDGET, List.of());
    assertThat(report.steps()).isUnmodifiable();
    assertThat(report.isClean()).isTrue();
  }
}
