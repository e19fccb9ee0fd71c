package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.monitoring.alert.Alert;
import dev.weir.monitoring.alert.BudgetPolicy;
import dev.weir.monitoring.slo.Operation;
import dev.weir.monitoring.slo.Slo;
import dev.weir.monitoring.slo.SloReport;
import dev.weir.monitoring.slo.Subject;
import dev.weir.pool.Access;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RealServers
@Timeout(180)
class OversightTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Slo CHECKOUT =
      Slo.errors("checkout-works", Subject.operation("checkout")).target(0.999);
  private static final Slo SESSIONS =
      Slo.latency("sessions-fast", Subject.lane("interactive"), Duration.ofSeconds(5));

  private final TestDatabase database;

  OversightTest(TestDatabase database) {
    this.database = database;
  }

  private WeirBuilder builder() {
    return Weir.builder().config(Houses.config(database)).slo(CHECKOUT).slo(SESSIONS);
  }

  private static SloReport report(Weir weir, String name) {
    return weir.slos().report(name).orElseThrow();
  }

  @Nested
  class Objectives {

    @Test
    void count_what_the_service_records_and_every_session_of_their_lane() throws Exception {
      try (Weir weir = builder().start()) {
        weir.slos().operation("checkout").measure(() -> "done");
        for (int i = 0; i < 70; i++) {
          weir.connections().useSession(c -> Houses.one(c, "SELECT 1"));
        }
        assertThat(report(weir, "checkout-works").good()).isOne();
        assertThat(report(weir, "sessions-fast").good()).isEqualTo(70);
        assertThat(report(weir, "sessions-fast").quantiles()).isPresent();
      }
    }

    @Test
    void outlive_a_restart_with_what_was_counted_until_the_very_stop() {
      try (Weir weir = builder().keepFigures("orders-1").start()) {
        Operation checkout = weir.slos().operation("checkout");
        checkout.record(1, false);
        for (int i = 0; i < 9; i++) {
          checkout.record(1, true);
        }
      }
      try (Weir weir = builder().keepFigures("orders-1").start()) {
        assertThat(report(weir, "checkout-works").good()).isEqualTo(9);
        assertThat(report(weir, "checkout-works").bad()).isOne();
        assertThat(weir.slos().storage().orElseThrow().failures()).isZero();
        weir.drain(Duration.ofSeconds(10));
        assertThat(weir.slos().storage().orElseThrow().failures()).isZero();
      }
    }

    @Test
    void of_one_name_stop_the_start_before_anything_is_opened() {
      WeirBuilder twice = builder().slo(CHECKOUT);
      assertThatThrownBy(twice::start)
          .hasMessageContaining("two are called 'checkout-works'")
          .satisfies(
              failure ->
                  assertThat(failure.getSuppressed()[0])
                      .hasMessage(
                          "Weir did not start: 'objectives' failed. Closed again, in this order:"
                              + " telemetry."));
    }

    @Test
    void about_a_lane_that_is_not_declared_stop_the_start() {
      Slo typo = Slo.errors("a", Subject.lane("interactiv"));
      WeirBuilder wrong = builder().slo(typo);
      assertThatThrownBy(wrong::start)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'a' (sessions of lane 'interactiv' succeed)");
      ThreadCensus.awaitNoneOfOurs();
    }
  }

  @Nested
  class Alerts {

    @Test
    void reach_their_listener() {
      List<String> told = new CopyOnWriteArrayList<>();
      try (Weir weir =
          builder()
              .alert(Alert.when("orders-pile-up", () -> true).because("1000 wait", "pack"))
              .alertListener(alert -> told.add(alert.line()))
              .start()) {
        Await.until(PATIENCE, "the alert", () -> !told.isEmpty());
        assertThat(told.getFirst()).contains("TICKET orders-pile-up is FIRING", "1000 wait; pack");
        assertThat(weir.alerts().firing()).isNotEmpty();
      }
    }
  }

  @Nested
  class A_policy {

    @Test
    void that_fits_nothing_stops_the_start() {
      WeirBuilder wrong = builder().policy(BudgetPolicy.protecting("chekout").shedding("batsch"));
      assertThatThrownBy(wrong::start)
          .hasMessageContaining("no SLO is called 'chekout'")
          .hasMessageContaining("no lane is called 'batsch'");
      ThreadCensus.awaitNoneOfOurs();
    }

    @Test
    void in_force_at_the_stop_does_not_keep_it_from_ending_clean() {
      try (Weir weir = builder().start()) {
        assertThat(weir.policies().audit()).isEmpty();
        weir.connections().pauseLane("batch", "of a test");
        Access batch = Access.readWrite().lane("batch");
        assertThatThrownBy(
                () -> weir.connections().useSession(batch, c -> Houses.one(c, "SELECT 1")))
            .isInstanceOf(AdmissionRejectedException.class);
      }
      ThreadCensus.awaitNoneOfOurs();
    }
  }

  @Nested
  class The_description {

    @Test
    void has_every_section_in_its_order_and_no_secret() {
      try (Weir weir = builder().start()) {
        weir.tasks().schedule("nightly", Schedule.every(Duration.ofHours(1)), () -> {}).pause();
        weir.slos().operation("checkout").record(1, true);
        String text = weir.describe();
        assertThat(text.lines().filter(line -> !line.startsWith(" ") && !line.isEmpty()))
            .containsExactly(
                "Connections",
                "Redis",
                "Tasks",
                "Schedules",
                "Events",
                "Health",
                "Objectives",
                "Alerts",
                "Policies in force",
                "Unusual now",
                "Platform threads of Weir and its libraries in this JVM",
                "Settings that are not the profile's default",
                "Settings");
        assertThat(text)
            .contains(
                "  nightly: paused, 0 runs, 0 failed, 0 left out",
                "  checkout-works: 100.0000 % of ",
                "  pool.max: 16 -> 4",
                "  lane interactive",
                "Policies in force\n  none")
            .doesNotContain(database.password());
      }
    }
  }
}
