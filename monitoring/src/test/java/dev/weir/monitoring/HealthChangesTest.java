package dev.weir.monitoring;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.HealthConfig;
import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.HealthMonitor.Kind;
import dev.weir.testkit.Await;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HealthChangesTest extends RegistryTest {

  private static final HealthConfig TWO = new HealthConfig(INTERVAL, TIMEOUT);
  private static final Health DOWN =
      new Health.Down("mail", "refused", Evidence.of("port", 25), "start it");

  private final AtomicReference<Health> answer = new AtomicReference<>(Health.up("mail"));
  private final AtomicInteger runs = new AtomicInteger();

  private Probe mail() {
    return Probe.of(
        "mail",
        () -> {
          Health health = answer.get();
          runs.incrementAndGet();
          return health;
        });
  }

  /** The next check, to its end. */
  private void next(Health finding) {
    answer.set(finding);
    awaitRest();
    int before = runs.get();
    time.advance(INTERVAL);
    Await.until(PATIENCE, "one more check", () -> runs.get() == before + 1);
    awaitRest();
  }

  @Nested
  class A_status {

    @Test
    void is_what_the_first_finding_says_unless_the_second_is_better() {
      answer.set(DOWN);
      HealthRegistry health = open(TWO, mail());
      awaitStatus(health, "mail", Status.DOWN);
      next(Health.up("mail"));
      assertThat(status(health, "mail")).isEqualTo(Status.UP);
      next(DOWN);
      assertThat(status(health, "mail")).isEqualTo(Status.UP);
    }

    @Test
    void changes_with_the_second_finding_in_a_row_and_says_so_before() {
      HealthRegistry health = open(TWO, mail());
      awaitStatus(health, "mail", Status.UP);
      next(DOWN);
      assertThat(status(health, "mail")).isEqualTo(Status.UP);
      assertThat(of(health, "mail").history().unsettled()).isEqualTo("DOWN, 1 of 2");
      assertThat(health.report().text()).contains("[last found DOWN, 1 of 2]");
      next(DOWN);
      assertThat(status(health, "mail")).isEqualTo(Status.DOWN);
      assertThat(of(health, "mail").history().unsettled()).isEmpty();
      next(Health.up("mail"));
      assertThat(status(health, "mail")).isEqualTo(Status.DOWN);
      next(Health.up("mail"));
      assertThat(status(health, "mail")).isEqualTo(Status.UP);
    }

    @Test
    void that_flickers_stays_as_it_is_and_tells_nobody() {
      List<HealthChange> told = new CopyOnWriteArrayList<>();
      listeners.add(told::add);
      HealthRegistry health = open(TWO, mail());
      awaitStatus(health, "mail", Status.UP);
      for (int i = 0; i < 5; i++) {
        next(DOWN);
        next(Health.up("mail"));
        assertThat(status(health, "mail")).isEqualTo(Status.UP);
      }
      assertThat(of(health, "mail").history().changes()).hasSize(1);
      assertThat(told).extracting(HealthChange::to).containsExactly(Status.UP);
    }

    @Test
    void keeps_its_figures_fresh_while_it_stays() {
      answer.set(new Health.Up("mail", Evidence.of("sent", 1)));
      HealthRegistry health = open(TWO, mail());
      awaitStatus(health, "mail", Status.UP);
      next(new Health.Up("mail", Evidence.of("sent", 2)));
      assertThat(of(health, "mail").health().evidence().figures()).containsEntry("sent", "2");
    }

    @Test
    void is_unknown_once_a_hang_has_lasted_for_two_findings() {
      HealthRegistry health =
          open(
              TWO,
              Probe.of(
                  "stuck", () -> runs.incrementAndGet() == 1 ? Health.up("late") : hang(release)));
      awaitStatus(health, "stuck", Status.UP);
      awaitRest();
      time.advance(INTERVAL);
      Await.until(PATIENCE, "the hang", () -> entered.getCount() == 0);
      time.advance(ofMillis(1_800));
      assertThat(status(health, "stuck")).as("after one").isEqualTo(Status.UP);
      time.advance(INTERVAL);
      assertThat(status(health, "stuck")).as("after two").isEqualTo(Status.UNKNOWN);
      assertThat(of(health, "stuck").health().cause()).contains("hangs");
      Await.until(
          PATIENCE,
          "the change to be in the book",
          () -> of(health, "stuck").history().changes().getLast().to() == Status.UNKNOWN);
      release.countDown();
      Await.until(
          PATIENCE,
          "the one good finding",
          () -> of(health, "stuck").history().unsettled().equals("UP, 1 of 2"));
      awaitRest();
      time.advance(INTERVAL);
      awaitStatus(health, "stuck", Status.UP);
    }
  }

  @Test
  void each_check_is_told_with_its_own_finding_whatever_another_listener_does() {
    var told = new CopyOnWriteArrayList<String>();
    checks.add(
        (_, _, _) -> {
          throw new IllegalStateException("on purpose");
        });
    checks.add((monitor, finding, took) -> told.add(monitor + " " + finding.status() + " " + took));
    HealthRegistry health = open(TWO, mail());
    awaitStatus(health, "mail", Status.UP);
    next(DOWN);
    assertThat(status(health, "mail")).as("not settled yet").isEqualTo(Status.UP);
    assertThat(told).containsExactly("mail UP PT0S", "mail DOWN PT0S");
  }

  @Nested
  class The_history {

    @Test
    void says_from_what_to_what_when_why_and_how_long_it_had_lasted() {
      HealthRegistry health = open(mail());
      awaitStatus(health, "mail", Status.UP);
      next(Health.up("mail"));
      next(DOWN);
      HealthHistory history = of(health, "mail").history();
      assertThat(history.since()).isEqualTo(time.instant());
      assertThat(history.hasBeenUp()).isTrue();
      assertThat(history.changes())
          .containsExactly(
              new HealthChange(
                  "mail",
                  Status.UNKNOWN,
                  Status.UP,
                  time.instant().minus(INTERVAL.multipliedBy(2)),
                  "",
                  Duration.ZERO),
              new HealthChange(
                  "mail",
                  Status.UP,
                  Status.DOWN,
                  time.instant(),
                  "refused",
                  INTERVAL.multipliedBy(2)));
      assertThat(HealthReportTest.parsed(health.report().toJson()))
          .containsEntry("components.mail.details.changes.from", "UP")
          .containsEntry("components.mail.details.changes.cause", "refused")
          .containsEntry("components.mail.details.changes.lastedMs", "20000");
    }

    @Test
    void keeps_the_last_changes_only() {
      HealthRegistry health = open(mail());
      awaitStatus(health, "mail", Status.UP);
      for (int i = 0; i < HealthHistory.KEPT; i++) {
        next(i % 2 == 0 ? DOWN : Health.up("mail"));
      }
      List<HealthChange> changes = of(health, "mail").history().changes();
      assertThat(changes).hasSize(HealthHistory.KEPT);
      assertThat(changes.getFirst().from()).as("the very first is forgotten").isEqualTo(Status.UP);
      assertThat(changes.getLast().at()).isEqualTo(time.instant());
    }
  }

  @Nested
  class A_listener {

    private final List<String> told = new CopyOnWriteArrayList<>();

    private void note(HealthChange change) {
      told.add(change.monitor() + " " + change.from() + " " + change.to());
    }

    private void awaitTold(String... changes) {
      Await.until(
          PATIENCE,
          () -> Arrays.toString(changes) + " to be told, but " + told,
          () -> List.copyOf(told).equals(List.of(changes)));
    }

    @Test
    void is_told_of_each_change_in_order_and_one_that_throws_hurts_nobody() {
      listeners.add(
          _ -> {
            throw new IllegalStateException("a bad listener");
          });
      listeners.add(
          _ -> {
            throw new NoClassDefFoundError("a worse one");
          });
      listeners.add(this::note);
      HealthRegistry health = open(mail());
      awaitTold("mail UNKNOWN UP");
      next(DOWN);
      next(Health.up("mail"));
      awaitTold("mail UNKNOWN UP", "mail UP DOWN", "mail DOWN UP");
      assertThat(status(health, "mail")).isEqualTo(Status.UP);
    }

    @Test
    void that_hangs_delays_no_check() {
      var let = new CountDownLatch(1);
      listeners.add(_ -> hang(let));
      listeners.add(this::note);
      HealthRegistry health = open(mail());
      Await.until(PATIENCE, "the listener to hang", () -> entered.getCount() == 0);
      for (int i = 0; i < 3; i++) {
        int before = runs.get();
        answer.set(i % 2 == 0 ? DOWN : Health.up("mail"));
        Await.until(PATIENCE, "the check to be over", () -> restBut("health-listeners"));
        time.advance(INTERVAL);
        Await.until(PATIENCE, "one more check", () -> runs.get() == before + 1);
      }
      awaitStatus(health, "mail", Status.DOWN);
      assertThat(told).isEmpty();
      let.countDown();
      awaitTold("mail UNKNOWN UP", "mail UP DOWN", "mail DOWN UP", "mail UP DOWN");
    }

    private boolean restBut(String name) {
      return system.tasks().stream().allMatch(task -> task.name().equals(name));
    }
  }

  @Nested
  class A_monitor {

    @Test
    void may_have_a_timeout_of_its_own() {
      HealthRegistry health =
          open(Probe.of("stuck", () -> hang(release)).within(ofSeconds(8)), Probe.up("other"));
      Await.until(PATIENCE, "the check to begin", () -> entered.getCount() == 0);
      time.advance(ofSeconds(7));
      assertThat(of(health, "stuck").health().cause()).contains("not been checked yet");
      time.advance(ofMillis(200));
      assertThat(of(health, "stuck").health().cause()).contains("hangs").contains("7200 ms");
    }

    @Test
    void has_no_timeout_beyond_its_interval_and_readiness_names_those_there_are() {
      assertThatThrownBy(
              () ->
                  open(
                      CONFIG.readiness(List.of("database", "mail")),
                      Probe.up("mail").every(ofSeconds(1)).within(ofSeconds(2)),
                      Probe.up("disk").within(Duration.ZERO)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the timeout of 'mail'")
          .hasMessageContaining("no longer than its interval (PT1S)")
          .hasMessageContaining("the timeout of 'disk'")
          .hasMessageContaining("health.readiness names 'database'")
          .hasMessageContaining("there are mail, disk")
          .hasMessageNotContaining("names 'mail'");
      assertThat(system.tasks()).isEmpty();
    }

    @Test
    void that_is_open_is_closed_with_the_registry() {
      HealthRegistry health = open(new OpenMonitor(runs));
      awaitStatus(health, "open", Status.UP);
      assertThat(runs).hasValue(0);
      health.close();
      assertThat(runs).hasValue(1);
    }

    private record OpenMonitor(AtomicInteger closed) implements HealthMonitor, AutoCloseable {
      @Override
      public String name() {
        return "open";
      }

      @Override
      public Kind kind() {
        return Kind.INFORMATIONAL;
      }

      @Override
      public Health check() {
        return Health.up("open");
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }
  }

  @Nested
  class A_service {

    @Test
    void is_ready_once_its_monitors_are_and_started_for_good() {
      var ready = new CountDownLatch(1);
      HealthRegistry health =
          open(
              Probe.of(
                  "mail",
                  () -> {
                    Health now = answer.get();
                    ready.await();
                    runs.incrementAndGet();
                    return now;
                  }));
      assertThat(health.report().passes(HealthGroup.READINESS)).isFalse();
      assertThat(health.report().passes(HealthGroup.STARTUP)).isFalse();
      assertThat(health.report().passes(HealthGroup.LIVENESS)).isTrue();
      ready.countDown();
      awaitStatus(health, "mail", Status.UP);
      assertThat(health.report().passes(HealthGroup.READINESS)).isTrue();
      assertThat(health.report().passes(HealthGroup.STARTUP)).isTrue();
      next(DOWN);
      assertThat(health.report().passes(HealthGroup.READINESS)).isFalse();
      assertThat(health.report().passes(HealthGroup.STARTUP)).isTrue();
    }

    @Test
    void refuses_traffic_for_the_first_reason_given() {
      HealthRegistry health = open(mail());
      awaitStatus(health, "mail", Status.UP);
      health.refuseTraffic("it drains");
      health.refuseTraffic("it stops");
      assertThat(health.report().refusal()).isEqualTo("it drains");
      assertThat(health.report().passes(HealthGroup.READINESS)).isFalse();
    }
  }

  @Test
  void a_report_takes_no_time_while_a_check_hangs() {
    HealthRegistry health = open(Probe.of("stuck", () -> hang(release)), mail());
    Await.until(PATIENCE, "the check to begin", () -> entered.getCount() == 0);
    awaitStatus(health, "mail", Status.UP);
    time.advance(ofSeconds(5));
    int count = 10_000;
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      HealthReport report = health.report();
      nanos[i] = System.nanoTime() - start;
      assertThat(report.monitors()).hasSize(2);
    }
    Arrays.sort(nanos);
    assertThat(release.getCount()).as("it still hangs").isOne();
    // Microseconds; the bound only has to tell waiting for the check from not waiting.
    assertThat(Duration.ofNanos(nanos[count * 99 / 100])).isLessThan(ofMillis(20));
  }
}
