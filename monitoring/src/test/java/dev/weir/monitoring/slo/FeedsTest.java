package dev.weir.monitoring.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PoolConfig;
import dev.weir.config.Profile;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.LanePause;
import dev.weir.pool.Access;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.TaskSettings;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class FeedsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static List<Long> counts(Slos slos) {
    SloReport report = slos.reports().getFirst();
    return List.of(report.everGood(), report.everBad());
  }

  @Nested
  @RealServers
  class Sessions {

    private final Slos slos = Slos.of(List.of(Slo.errors("sessions", Subject.lane("interactive"))));

    private UnifiedConnectionManager open(TestDatabase database, SystemTasks system) {
      WeirConfig config = WeirConfig.defaults(Profile.TEST);
      config =
          config
              .postgres(
                  config
                      .postgres()
                      .url(database.jdbcUrl())
                      .user(database.user())
                      .password(Secret.of(database.password())))
              .pool(new PoolConfig(1, 2, Duration.ofSeconds(10)));
      return UnifiedConnectionManager.open(
          ConnectionSettings.of(config), system, List.of(slos.poolListener()));
    }

    @Test
    void are_counted_one_by_one_whatever_became_of_them(TestDatabase database) throws Exception {
      try (SystemTasks system = SystemTasks.open();
          UnifiedConnectionManager connections = open(database, system)) {
        for (int i = 0; i < 130; i++) {
          connections.useSession(c -> c.createStatement().close());
        }
        assertThat(counts(slos)).as("no sample").containsExactly(130L, 0L);
        connections.useTransaction(c -> c.createStatement().close());
        connections.inRequest(
            Access.readWrite(), () -> connections.<Boolean, Exception>withSession(c -> true));
        connections.inRequest(Access.readWrite(), () -> "without a session");
        assertThat(counts(slos)).containsExactly(132L, 0L);

        assertThatThrownBy(
                () ->
                    connections.useSession(
                        _ -> {
                          throw new IOException("ours");
                        }))
            .isInstanceOf(IOException.class);
        assertThatThrownBy(
                () ->
                    connections.useTransaction(
                        c -> {
                          try (Statement statement = c.createStatement()) {
                            statement.execute("SELECT nothing");
                          }
                        }))
            .isInstanceOf(java.sql.SQLException.class);
        assertThat(counts(slos)).containsExactly(132L, 2L);
      }
    }

    @Test
    void inside_each_other_are_one_and_those_of_other_lanes_none(TestDatabase database)
        throws Exception {
      try (SystemTasks system = SystemTasks.open();
          UnifiedConnectionManager connections = open(database, system)) {
        connections.useTransaction(
            _ ->
                connections.useSession(
                    _ -> connections.useSession(c -> c.createStatement().close())));
        connections.useSession(Access.readWrite().lane("batch"), c -> c.createStatement().close());
        assertThat(counts(slos)).containsExactly(1L, 0L);
      }
    }

    @Test
    void that_are_refused_have_failed(TestDatabase database) throws Exception {
      try (SystemTasks system = SystemTasks.open();
          UnifiedConnectionManager connections = open(database, system);
          LanePause _ = connections.pauseLane("interactive", "of a test")) {
        assertThatThrownBy(() -> connections.useSession(c -> c.createStatement().close()))
            .isInstanceOfSatisfying(
                AdmissionRejectedException.class,
                no -> assertThat(no.reason()).isEqualTo(AdmissionRejectedException.Reason.PAUSED));
        assertThatThrownBy(
                () ->
                    connections.inRequest(
                        Access.readWrite(),
                        () -> connections.<Boolean, Exception>withSession(c -> true)))
            .isInstanceOf(AdmissionRejectedException.class);
        assertThat(counts(slos)).containsExactly(0L, 2L);
      }
    }
  }

  @Test
  void nobody_is_asked_for_the_ends_of_sessions_without_an_objective_about_a_lane() {
    Slo other = Slo.errors("a", Subject.operation("b"));
    assertThat(Slos.of(List.of(other)).poolListener().wantsSessionEnds()).isFalse();
    Slo lane = Slo.errors("a", Subject.lane("b"));
    assertThat(Slos.of(List.of(lane)).poolListener().wantsSessionEnds()).isTrue();
  }

  @Nested
  class Tasks {

    private final Slos slos = Slos.of(List.of(Slo.errors("mails", Subject.task("mail"))));

    @Test
    void are_counted_by_how_they_ended() {
      var settings = new TaskSettings(Map.of(), new BulkheadSettings(4, 9), Duration.ofSeconds(1));
      try (SystemTasks system = SystemTasks.open();
          BackgroundTaskManager tasks =
              BackgroundTaskManager.open(
                  settings, system, List.of(), List.of(slos.taskListener()))) {
        tasks.submit("mail", () -> "sent").await();
        tasks.submit("other", () -> "sent").await();
        TaskHandle<String> failing =
            tasks.submit(
                "mail",
                () -> {
                  throw new IllegalStateException("no");
                });
        assertThatThrownBy(failing::await).isInstanceOf(RuntimeException.class);
        Await.until(PATIENCE, "both counted", () -> counts(slos).equals(List.of(1L, 1L)));
      }
    }

    @Test
    void that_were_cancelled_count_for_nothing_and_those_refused_have_failed() {
      slos.taskListener().finished("mail", Outcome.CANCELLED, 5, null);
      assertThat(counts(slos)).containsExactly(0L, 0L);
      slos.taskListener().finished("mail", Outcome.TIMED_OUT, 5, null);
      slos.taskListener().rejected("mail", AdmissionRejectedException.Reason.QUEUE_FULL);
      slos.taskListener().rejected("other", AdmissionRejectedException.Reason.QUEUE_FULL);
      assertThat(counts(slos)).containsExactly(0L, 2L);
    }
  }
}
