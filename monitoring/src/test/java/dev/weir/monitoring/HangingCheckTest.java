package dev.weir.monitoring;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.HealthConfig;
import dev.weir.monitoring.Health.Status;
import dev.weir.tasks.TaskInfo;
import dev.weir.testkit.Await;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HangingCheckTest extends RegistryTest {

  @Nested
  class A_check_that_hangs {

    private HealthRegistry health() {
      HealthRegistry health =
          open(Probe.of("stuck", () -> hang(release)), Probe.up("other").every(ofSeconds(1)));
      Await.until(PATIENCE, "the check to begin", () -> entered.getCount() == 0);
      return health;
    }

    @Test
    void is_unknown_when_nine_tenths_of_its_timeout_are_over() {
      HealthRegistry health = health();
      time.advance(ofMillis(1_800));
      Health stuck = of(health, "stuck").health();
      assertThat(stuck.status()).isEqualTo(Status.UNKNOWN);
      assertThat(stuck.cause()).contains("hangs").contains("1800 ms");
      assertThat(stuck.evidence().figures()).containsEntry("timeout", "2000 ms");
      assertThat(stuck.mend()).contains("health-stuck").contains("health.timeout");
    }

    @Test
    void delays_neither_the_others_nor_a_report() {
      HealthRegistry health = health();
      time.advance(ofSeconds(60));
      awaitOnly("health-stuck");
      time.advance(ofSeconds(1));
      awaitOnly("health-stuck");
      assertThat(status(health, "other")).isEqualTo(Status.UP);
      assertThat(of(health, "other").age()).isZero();
      assertThat(status(health, "stuck")).isEqualTo(Status.UNKNOWN);
      assertThat(release.getCount()).isOne();
    }

    @Test
    void is_never_started_beside_itself() {
      var calls = new AtomicInteger();
      HealthRegistry health =
          open(
              Probe.of(
                  "stuck",
                  () -> {
                    calls.incrementAndGet();
                    return hang(release);
                  }));
      Await.until(PATIENCE, "the check to begin", () -> entered.getCount() == 0);
      for (int i = 0; i < 20; i++) {
        time.advance(INTERVAL);
        health.refresh();
      }
      Await.until(PATIENCE, "each tick to find it running and end", () -> stuck() == 1);
      assertThat(calls.get()).isOne();
    }

    private long stuck() {
      return system.tasks().stream().map(TaskInfo::name).filter("health-stuck"::equals).count();
    }

    @Test
    void is_not_waited_for_by_a_refresh_once_it_is_overdue() {
      HealthRegistry health = health();
      time.advance(TIMEOUT);
      long start = System.nanoTime();
      HealthReport report = health.refresh();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT);
      assertThat(report.status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void counts_with_what_it_returns_in_the_end() {
      HealthRegistry health = health();
      time.advance(ofSeconds(5));
      assertThat(status(health, "stuck")).isEqualTo(Status.UNKNOWN);
      release.countDown();
      awaitStatus(health, "stuck", Status.UP);
      assertThat(of(health, "stuck").duration()).isEqualTo(ofSeconds(5));
    }
  }

  @Nested
  class A_slow_check {

    @Test
    void is_interrupted_and_then_unknown_with_what_it_knew_before() {
      var runs = new AtomicInteger();
      HealthRegistry health =
          open(
              Probe.of(
                  "slow",
                  () -> {
                    if (runs.incrementAndGet() == 2) {
                      release.await();
                    }
                    return Health.up("slow");
                  }));
      awaitStatus(health, "slow", Status.UP);
      awaitRest();
      time.advance(INTERVAL);
      Await.until(PATIENCE, "the second run", () -> runs.get() == 2);
      time.advance(TIMEOUT);
      awaitRest();
      Health slow = of(health, "slow").health();
      assertThat(slow.status()).isEqualTo(Status.UNKNOWN);
      assertThat(slow.cause()).contains("interrupted after 1800 ms");
      assertThat(slow.evidence().figures())
          .containsEntry("last known", "UP")
          .containsEntry("said", "InterruptedException");
      time.advance(INTERVAL);
      awaitStatus(health, "slow", Status.UP);
    }

    @Test
    void that_ends_in_time_counts_as_it_is() throws Exception {
      HealthRegistry health = open(Probe.of("slow", () -> hang(release)));
      entered.await();
      time.advance(ofMillis(1_700));
      release.countDown();
      awaitStatus(health, "slow", Status.UP);
      assertThat(of(health, "slow").duration()).isEqualTo(ofMillis(1_700));
    }
  }

  @Nested
  class A_refresh {

    @Test
    void runs_all_checks_at_the_same_time_and_waits_for_them() {
      var together = new CountDownLatch(2);
      Callable<Health> meet =
          () -> {
            together.countDown();
            together.await();
            return Health.up("met");
          };
      HealthRegistry health = open(Probe.of("one", meet), Probe.of("two", meet));
      HealthReport report = health.refresh();
      assertThat(report.monitors())
          .extracting(part -> part.health().status())
          .containsOnly(Status.UP);
    }

    @Test
    void looks_anew() {
      var answer = new AtomicReference<Health>(Health.up("mail"));
      HealthRegistry health = open(Probe.of("mail", answer::get));
      awaitStatus(health, "mail", Status.UP);
      answer.set(new Health.Down("mail", "refused", Evidence.of("port", 25), "start it"));
      awaitRest();
      assertThat(status(health, "mail")).isEqualTo(Status.UP);
      assertThat(health.refresh().status()).isEqualTo(Status.DOWN);
    }

    @Test
    void waits_no_longer_than_the_timeout() {
      HealthRegistry health =
          open(
              new HealthConfig(ofSeconds(10), ofMillis(300)).fall(1),
              Probe.of("stuck", () -> hang(release)),
              Probe.up("other"));
      HealthReport report = health.refresh();
      assertThat(release.getCount()).isOne();
      assertThat(report.monitor("stuck").orElseThrow().health().status()).isEqualTo(Status.UNKNOWN);
      assertThat(report.monitor("other").orElseThrow().health().status()).isEqualTo(Status.UP);
    }

    @Test
    void ends_at_an_interrupt_and_keeps_the_flag() {
      HealthRegistry health = open(Probe.of("stuck", () -> hang(release)));
      Thread.currentThread().interrupt();
      health.refresh();
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
