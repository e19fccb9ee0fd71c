package dev.weir.monitoring.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PoolConfig;
import dev.weir.config.Profile;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.monitoring.slo.Operation;
import dev.weir.monitoring.slo.Slo;
import dev.weir.monitoring.slo.Slos;
import dev.weir.monitoring.slo.Subject;
import dev.weir.pool.Access;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskSettings;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.SettableTime;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real pool; only the clock of the objectives is ours. */
@RealServers
@Timeout(180)
class BudgetPolicyTest {

  private static final Slo SLO =
      Slo.errors("checkout-works", Subject.operation("checkout"))
          .target(0.999)
          .window(Duration.ofHours(1));
  private static final Access BATCH = Access.readWrite().lane("batch");
  private static final BudgetPolicy POLICY =
      BudgetPolicy.protecting("checkout-works").shedding("batch").pausing("nightly-report");

  private static final Slo SLO_OF_A_LANE = Slo.errors("batch-works", Subject.lane("batch"));

  private final SettableTime time = SettableTime.create();
  private final SystemTasks system = SystemTasks.open();
  private final BackgroundTaskManager tasks =
      BackgroundTaskManager.open(
          new TaskSettings(Map.of(), new BulkheadSettings(4, 9), Duration.ofSeconds(1)),
          system,
          List.of(),
          List.of());
  private final ScheduleHandle report =
      tasks.schedule("nightly-report", Schedule.every(Duration.ofHours(1)), () -> {});
  private final Slos slos = Slos.of(List.of(SLO, SLO_OF_A_LANE), time, time::nanos);
  private final UnifiedConnectionManager connections;

  BudgetPolicyTest(TestDatabase database) {
    WeirConfig config = WeirConfig.defaults(Profile.TEST);
    connections =
        UnifiedConnectionManager.open(
            ConnectionSettings.of(
                config
                    .postgres(
                        config
                            .postgres()
                            .url(database.jdbcUrl())
                            .user(database.user())
                            .password(Secret.of(database.password())))
                    .pool(new PoolConfig(2, 4, Duration.ofSeconds(20)))),
            system,
            List.of());
  }

  @AfterEach
  void close() {
    connections.close();
    tasks.close();
    system.close();
  }

  private BudgetPolicies policies(BudgetPolicy... policies) {
    return BudgetPolicies.of(
        List.of(policies), slos, connections, tasks, new AlertClock(time, time::nanos));
  }

  /** A second of it in each, and a look every five. */
  private void pass(Duration how, boolean works, BudgetPolicies policies) {
    Operation checkout = slos.operation("checkout");
    for (long second = 0; second < how.toSeconds(); second += 5) {
      for (int call = 0; call < 10; call++) {
        checkout.record(1, works);
      }
      time.advance(Duration.ofSeconds(5));
      slos.tick();
      policies.look();
    }
  }

  private int batch() throws Exception {
    return connections.<Integer, Exception>withSession(BATCH, _ -> 1);
  }

  private int interactive() throws Exception {
    return connections.<Integer, Exception>withSession(_ -> 2);
  }

  @Test
  void sheds_the_lane_and_pauses_the_schedule_while_the_budget_burns_and_undoes_both()
      throws Exception {
    try (BudgetPolicies policies = policies(POLICY)) {
      pass(Duration.ofHours(1), true, policies);
      assertThat(policies.audit()).isEmpty();
      assertThat(batch()).isOne();

      pass(Duration.ofMinutes(2), false, policies);
      assertThatThrownBy(this::batch)
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              no -> {
                assertThat(no.reason()).isEqualTo(Reason.PAUSED);
                assertThat(no.lane()).isEqualTo("batch");
              })
          .hasMessageContaining("because the budget of SLO 'checkout-works'")
          .hasMessageContaining("burns");
      assertThatThrownBy(() -> connections.dataSource(BATCH).getConnection().close())
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasCauseInstanceOf(AdmissionRejectedException.class);
      assertThat(interactive()).isEqualTo(2);
      assertThat(report.isPaused()).isTrue();
      assertThat(policies.inForce())
          .extracting(Measure::what)
          .containsExactly("shed lane 'batch'", "paused schedule 'nightly-report'");
      assertThat(policies.audit())
          .allSatisfy(
              it -> {
                assertThat(it.who()).isEqualTo("policy for SLO 'checkout-works'");
                assertThat(it.at()).isBetween(time.instant().minusSeconds(120), time.instant());
                assertThat(it.why()).contains("times as fast as it may over 1 h", "% of it left");
                assertThat(it.undone()).isEmpty();
              });

      pass(Duration.ofMinutes(5), true, policies);
      assertThat(policies.inForce()).as("not calm for long enough").hasSize(2);
      pass(Duration.ofMinutes(2), true, policies);
      assertThat(batch()).isOne();
      assertThat(report.isPaused()).isFalse();
      assertThat(policies.inForce()).isEmpty();
      assertThat(policies.audit())
          .hasSize(2)
          .allSatisfy(
              it -> {
                assertThat(it.undone()).hasValueSatisfying(at -> assertThat(at).isAfter(it.at()));
                assertThat(it.line()).contains("undone at", "not burnt so fast for 60 s");
              });
    }
  }

  @Test
  void undoes_all_when_it_is_closed() throws Exception {
    BudgetPolicies policies = policies(POLICY);
    pass(Duration.ofMinutes(2), false, policies);
    assertThatThrownBy(this::batch).isInstanceOf(AdmissionRejectedException.class);
    policies.close();
    policies.close();
    policies.look();
    assertThat(batch()).isOne();
    assertThat(report.isPaused()).isFalse();
    assertThat(policies.audit()).hasSize(2).allMatch(it -> it.undone().isPresent());
  }

  @Test
  void contradicts_nobody_who_pauses_or_resumes_a_schedule_by_hand() {
    ScheduleHandle other = tasks.schedule("other", Schedule.every(Duration.ofHours(1)), () -> {});
    other.pause();
    try (BudgetPolicies policies = policies(POLICY.pausing("other"))) {
      pass(Duration.ofMinutes(2), false, policies);
      assertThat(report.isPaused()).isTrue();
      report.resume();
      pass(Duration.ofMinutes(1), false, policies);
      assertThat(report.isPaused()).as("resumed by hand").isFalse();
    }
    assertThat(other.isPaused()).as("paused by hand").isTrue();
  }

  @Test
  void opened_with_what_cannot_be_names_every_problem() {
    assertThatThrownBy(
            () ->
                policies(
                    POLICY.shedding("batsch").shedding("admin"),
                    BudgetPolicy.protecting("chekout").pausing("nightly-report"),
                    BudgetPolicy.protecting("batch-works").shedding("batch")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no lane is called 'batsch'")
        .hasMessageContaining("lane 'admin' must not be shed")
        .hasMessageContaining("no SLO is called 'chekout'")
        .hasMessageContaining("schedule 'nightly-report' is paused by two")
        .hasMessageContaining("lane 'batch' must not be shed to protect 'batch-works'");
    assertThatThrownBy(() -> POLICY.calm(Duration.ofSeconds(-1)))
        .hasMessageContaining("must not be negative");
  }
}
