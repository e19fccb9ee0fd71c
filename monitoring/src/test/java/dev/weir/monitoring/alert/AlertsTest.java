package dev.weir.monitoring.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.monitoring.Evidence;
import dev.weir.monitoring.Health;
import dev.weir.monitoring.HealthHistory;
import dev.weir.monitoring.HealthMonitor;
import dev.weir.monitoring.HealthReport;
import dev.weir.monitoring.MonitorReport;
import dev.weir.monitoring.slo.Operation;
import dev.weir.monitoring.slo.Severity;
import dev.weir.monitoring.slo.Slo;
import dev.weir.monitoring.slo.Slos;
import dev.weir.monitoring.slo.Subject;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AlertsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SettableTime time = SettableTime.create();
  private final SystemTasks system =
      SystemTasks.open(List.of(), time.scheduler(), time, time::nanos);
  private final AlertClock clock = new AlertClock(time, time::nanos);
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AlertListener listener =
      new AlertListener() {
        @Override
        public void fired(AlertReport alert) {
          told.add("fired " + alert.key());
        }

        @Override
        public void resolved(AlertReport alert) {
          told.add("resolved " + alert.key());
        }
      };

  @AfterEach
  void close() {
    system.close();
  }

  /** Looks go on until that is so: a look runs on a thread of its own. */
  private void looksUntil(String what, java.util.function.BooleanSupplier so) {
    Await.until(
        PATIENCE,
        what,
        () -> {
          time.advance(Alerts.INTERVAL);
          return so.getAsBoolean();
        });
  }

  private Alerts open(AlertListener... listeners) {
    return Alerts.open(system, clock, List.of(listeners));
  }

  @Nested
  class An_alert_of_the_service {

    private final AtomicBoolean wrong = new AtomicBoolean(true);

    @Test
    void goes_from_pending_to_firing_to_resolved_and_is_told_twice() {
      try (Alerts alerts = open(listener)) {
        alerts.add(
            Alert.when("orders-pile-up", wrong::get)
                .severity(Severity.PAGE)
                .because("1000 orders wait", "start more packers")
                .hold(Hold.atOnce().outOf(2, 3)));
        looksUntil("it fires", () -> told.contains("fired orders-pile-up"));
        assertThat(alerts.firing())
            .singleElement()
            .extracting(AlertReport::line)
            .asString()
            .startsWith("PAGE orders-pile-up is FIRING since 2026-01-01T")
            .endsWith("1000 orders wait; start more packers");
        wrong.set(false);
        looksUntil("it is over", () -> told.contains("resolved orders-pile-up"));
        assertThat(alerts.history())
            .extracting(AlertReport::state)
            .startsWith(AlertState.PENDING, AlertState.FIRING, AlertState.RESOLVED);
        assertThat(told).containsExactly("fired orders-pile-up", "resolved orders-pile-up");
        assertThat(alerts.firing()).isEmpty();
      }
    }

    @Test
    void of_a_name_that_is_taken_is_refused() {
      try (Alerts alerts = open()) {
        alerts.add(Alert.when("a", () -> false));
        assertThatThrownBy(() -> alerts.add(Alert.when("a", () -> true)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("'a' are looked at already");
        assertThatThrownBy(() -> Alert.when(" ", () -> true)).hasMessageContaining("needs a name");
      }
    }

    @Test
    void that_cannot_be_asked_stays_as_it_is_and_is_counted() {
      try (Alerts alerts = open(listener)) {
        alerts.add(
            Alert.when(
                "a",
                () -> {
                  if (wrong.get()) {
                    return true;
                  }
                  throw new IllegalStateException("password=canary");
                }));
        looksUntil("it fires", () -> !alerts.firing().isEmpty());
        wrong.set(false);
        looksUntil("it throws", () -> alerts.sourceFailures() > 2);
        assertThat(alerts.firing()).hasSize(1);
        assertThat(told).containsExactly("fired a");
      }
    }
  }

  @Nested
  class A_listener {

    @Test
    void that_hangs_delays_neither_the_others_nor_the_looking() {
      var hang = new CountDownLatch(1);
      var wrong = new AtomicBoolean(true);
      AlertListener hanging =
          alert -> {
            try {
              hang.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
          };
      try (Alerts alerts = open(hanging, listener)) {
        alerts.add(Alert.when("a", wrong::get));
        looksUntil("the other was told", () -> told.contains("fired a"));
        wrong.set(false);
        looksUntil("the other was told of the end", () -> told.contains("resolved a"));
      } finally {
        hang.countDown();
      }
    }

    @Test
    void that_throws_is_counted_and_called_again() {
      var calls = new AtomicInteger();
      var wrong = new AtomicBoolean();
      AlertListener broken =
          alert -> {
            if (calls.incrementAndGet() == 1) {
              throw new AssertionError("no");
            }
            throw new IllegalStateException("no");
          };
      try (Alerts alerts = open(broken)) {
        alerts.add(Alert.when("a", () -> wrong.getAndSet(!wrong.get())));
        looksUntil("it was called again", () -> calls.get() >= 2);
        Await.until(PATIENCE, "both failures counted", () -> alerts.listenerFailures() >= 2);
      }
    }

    @Test
    void that_cannot_keep_up_loses_the_oldest_words_and_they_are_counted() {
      var hang = new CountDownLatch(1);
      var busy = new CountDownLatch(1);
      var outlet =
          new Outlet(
              alert -> {
                busy.countDown();
                try {
                  hang.await();
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
              },
              system);
      var word =
          new AlertReport(
              "a",
              AlertState.FIRING,
              AlertState.INACTIVE,
              Severity.PAGE,
              Instant.EPOCH,
              1,
              false,
              "");
      outlet.tell(word);
      Await.until(PATIENCE, "the listener hangs", () -> busy.getCount() == 0);
      for (int i = 0; i < 300; i++) {
        outlet.tell(word);
      }
      assertThat(outlet.dropped()).isEqualTo(44);
      hang.countDown();
    }
  }

  @Test
  void a_source_that_hangs_delays_no_other() {
    var hang = new CountDownLatch(1);
    try (Alerts alerts = open(listener)) {
      alerts.watch(
          "hanging",
          Hold.atOnce(),
          () -> {
            try {
              hang.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
            return List.of();
          });
      alerts.add(Alert.when("b", () -> true));
      looksUntil("the other fires", () -> told.contains("fired b"));
      assertThat(alerts.current()).hasSize(1);
    } finally {
      hang.countDown();
    }
  }

  @Test
  void two_findings_of_one_key_are_one_alert_and_the_graver_counts() {
    Finding ticket = new Finding("k", Severity.TICKET, true, "slow", Evidence.none(), "");
    Finding page = new Finding("k", Severity.PAGE, true, "down", Evidence.none(), "");
    try (Alerts alerts = open(listener)) {
      alerts.watch("s", Hold.atOnce(), () -> List.of(Finding.fine("k"), ticket, page));
      looksUntil("it fires", () -> !alerts.firing().isEmpty());
      assertThat(alerts.current()).singleElement().extracting(AlertReport::text).isEqualTo("down");
      Await.until(PATIENCE, "told", () -> !told.isEmpty());
      assertThat(told).containsExactly("fired k");
    }
  }

  @Test
  void what_is_forgotten_by_its_source_is_over() {
    var there = new AtomicBoolean(true);
    Finding down = new Finding("k", Severity.PAGE, true, "down", Evidence.none(), "");
    try (Alerts alerts = open(listener)) {
      alerts.watch("s", Hold.atOnce(), () -> there.get() ? List.of(down) : List.of());
      looksUntil("it fires", () -> told.contains("fired k"));
      there.set(false);
      looksUntil("it is over", () -> told.contains("resolved k"));
      looksUntil("it takes no memory", () -> alerts.current().isEmpty());
    }
  }

  @Nested
  class Of_an_objective {

    @Test
    void says_which_with_figures_and_what_to_do() {
      Slo slo = Slo.errors("checkout-works", Subject.operation("checkout")).target(0.999);
      Slos slos = Slos.of(List.of(slo));
      Operation checkout = slos.operation("checkout");
      List<Finding> calm = new SloAlerts(slos::reports).look();
      assertThat(calm).hasSize(4).noneMatch(Finding::wrong);
      assertThat(calm.getFirst().key()).isEqualTo("slo checkout-works fast");
      for (int i = 0; i < 10; i++) {
        checkout.record(1, i < 5);
      }
      assertThat(new SloAlerts(slos::reports).look().getFirst().text())
          .contains(
              "the budget of SLO 'checkout-works' (operation 'checkout' succeed) burns 500.0 times"
                  + " as fast as it may over 1 h",
              "failures 5, calls 10",
              "budget left",
              "undo the last change");
    }
  }

  @Nested
  class Of_a_monitor {

    private static Finding look(HealthMonitor.Kind kind, Health health) {
      var monitor =
          new MonitorReport(
              "db",
              kind,
              Set.of(),
              health,
              Instant.EPOCH,
              Duration.ZERO,
              Duration.ZERO,
              new HealthHistory(Instant.EPOCH, false, "", List.of()));
      return new HealthAlerts(() -> new HealthReport(Instant.EPOCH, List.of(monitor), ""))
          .look()
          .getFirst();
    }

    @Test
    void is_a_page_if_it_is_down_and_counts_else_a_ticket() {
      Evidence some = Evidence.of("n", 1);
      Health down = new Health.Down("db", "gone", some, "start it");
      Health degraded = new Health.Degraded("db", "slow", some, "wait");
      Finding page = look(HealthMonitor.Kind.READINESS, down);
      assertThat(page.severity()).isEqualTo(Severity.PAGE);
      assertThat(page.text()).isEqualTo("db is DOWN: gone (n 1); start it");
      assertThat(look(HealthMonitor.Kind.INFORMATIONAL, down).severity())
          .isEqualTo(Severity.TICKET);
      assertThat(look(HealthMonitor.Kind.READINESS, degraded).severity())
          .isEqualTo(Severity.TICKET);
      assertThat(look(HealthMonitor.Kind.READINESS, Health.up("db")).wrong()).isFalse();
    }
  }
}
