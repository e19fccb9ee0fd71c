package dev.weir.monitoring;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Deadline;
import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.HealthMonitor.Kind;
import dev.weir.tasks.TaskInfo;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthRegistryTest extends RegistryTest {

  @Nested
  class At_the_start {

    @Test
    void a_monitor_is_unknown_until_its_first_check_has_ended() {
      HealthRegistry health = open(Probe.of("late", () -> hang(release)));
      MonitorReport part = of(health, "late");
      assertThat(part.health().status()).isEqualTo(Status.UNKNOWN);
      assertThat(part.health().cause()).contains("not been checked yet");
      release.countDown();
      awaitStatus(health, "late", Status.UP);
    }

    @Test
    void all_monitors_are_checked_at_once() {
      HealthRegistry health = open(Probe.up("a"), Probe.up("b"));
      awaitStatus(health, "a", Status.UP);
      awaitStatus(health, "b", Status.UP);
      assertThat(health.report().monitors())
          .extracting(MonitorReport::name)
          .containsExactly("a", "b");
    }

    @Test
    void everything_wrong_with_the_monitors_is_told_at_once() {
      assertThatThrownBy(
              () ->
                  open(
                      Probe.up("disk"),
                      Probe.up("disk"),
                      Probe.up(" "),
                      Probe.up("mail").every(Duration.ZERO)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("two are called 'disk'")
          .hasMessageContaining(Probe.class.getName())
          .hasMessageContaining("has no name")
          .hasMessageContaining("interval of 'mail'");
      assertThat(system.tasks()).isEmpty();
    }
  }

  @Nested
  class A_monitor_of_a_user {

    /** Ten lines. */
    private record DiskMonitor(FileStore disk) implements HealthMonitor {
      @Override
      public String name() {
        return "disk";
      }

      @Override
      public Kind kind() {
        return Kind.LIVENESS;
      }

      @Override
      public Health check() throws IOException {
        long free = disk.getUsableSpace() * 100 / disk.getTotalSpace();
        return free > 100
            ? Health.up("disk")
            : new Health.Degraded(
                "disk", "it fills up", Evidence.of("free %", free), "remove old files");
      }
    }

    @Test
    void fits_in_ten_lines(@TempDir Path directory) throws IOException {
      HealthRegistry health = open(new DiskMonitor(Files.getFileStore(directory)));
      awaitStatus(health, "disk", Status.DEGRADED);
      assertThat(of(health, "disk").kind()).isEqualTo(Kind.LIVENESS);
      assertThat(health.report().text()).contains("it fills up").contains("remove old files");
    }

    @Test
    void is_found_by_ServiceLoader(@TempDir Path directory) throws IOException {
      HealthRegistry health = withService(directory, FoundMonitor.class.getName(), () -> open());
      awaitStatus(health, "found", Status.UP);
    }

    @Test
    void that_cannot_be_made_is_named(@TempDir Path directory) {
      assertThatThrownBy(() -> withService(directory, "no.such.Monitor", () -> open()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no.such.Monitor")
          .hasMessageContaining("META-INF/services/dev.weir.monitoring.HealthMonitor");
    }

    private HealthRegistry withService(
        Path directory, String provider, java.util.function.Supplier<HealthRegistry> work)
        throws IOException {
      Path services = Files.createDirectories(directory.resolve("META-INF/services"));
      Files.writeString(services.resolve(HealthMonitor.class.getName()), provider);
      Thread self = Thread.currentThread();
      ClassLoader before = self.getContextClassLoader();
      try (var loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
        self.setContextClassLoader(loader);
        return work.get();
      } finally {
        self.setContextClassLoader(before);
      }
    }
  }

  /** Declared as a service by one test. */
  public static final class FoundMonitor implements HealthMonitor {
    @Override
    public String name() {
      return "found";
    }

    @Override
    public Kind kind() {
      return Kind.INFORMATIONAL;
    }

    @Override
    public Health check() {
      return Health.up("found");
    }
  }

  @Nested
  class A_check {

    @Test
    void runs_as_a_system_task_of_its_own_name_on_another_thread() {
      var thread = new AtomicReference<Thread>();
      HealthRegistry health =
          open(
              Probe.of(
                  "late",
                  () -> {
                    thread.set(Thread.currentThread());
                    return hang(release);
                  }));
      Await.until(PATIENCE, "the check to begin", () -> thread.get() != null);
      assertThat(system.tasks()).extracting(TaskInfo::name).containsExactly("health-late");
      assertThat(thread.get().isVirtual()).isTrue();
      release.countDown();
      awaitStatus(health, "late", Status.UP);
    }

    @Test
    void has_a_deadline_within_its_timeout() {
      var left = new AtomicReference<Duration>();
      HealthRegistry health =
          open(
              Probe.of(
                  "timed",
                  () -> {
                    left.set(Deadline.current().remaining());
                    return Health.up("timed");
                  }));
      awaitStatus(health, "timed", Status.UP);
      assertThat(left.get()).isEqualTo(ofMillis(1_800));
    }

    @Test
    void is_repeated_at_each_interval() {
      var runs = new AtomicInteger();
      HealthRegistry health =
          open(
              Probe.of(
                      "often",
                      () -> {
                        runs.incrementAndGet();
                        return Health.up("often");
                      })
                  .every(ofSeconds(3)));
      awaitStatus(health, "often", Status.UP);
      awaitRest();
      for (int expected = 2; expected <= 4; expected++) {
        int n = expected;
        time.advance(ofSeconds(3));
        Await.until(PATIENCE, "run " + n, () -> runs.get() == n && system.tasks().isEmpty());
      }
      assertThat(of(health, "often").age()).isZero();
    }

    @Test
    void leaves_a_result_that_ages() {
      HealthRegistry health = open(Probe.up("a").every(ofSeconds(60)));
      awaitStatus(health, "a", Status.UP);
      time.advance(ofSeconds(7));
      MonitorReport part = of(health, "a");
      assertThat(part.age()).isEqualTo(ofSeconds(7));
      assertThat(part.checkedAt()).isEqualTo(time.instant().minusSeconds(7));
      assertThat(health.report().checkedAt()).isEqualTo(time.instant());
    }

    @Test
    void that_returns_null_is_down_and_says_so() {
      HealthRegistry health = open(Probe.of("null", HealthRegistryTest::nothing));
      awaitStatus(health, "null", Status.DOWN);
      assertThat(of(health, "null").health().cause()).contains("check() returned null");
    }

    @Test
    void that_throws_is_down_with_the_text_of_the_exception() {
      HealthRegistry health =
          open(
              Probe.of(
                  "files",
                  () -> {
                    throw new IOException("no space left");
                  }),
              Probe.up("other"));
      awaitStatus(health, "files", Status.DOWN);
      Health files = of(health, "files").health();
      assertThat(files.cause()).isEqualTo("IOException: no space left");
      assertThat(files.evidence().figures()).containsEntry("thrown", "java.io.IOException");
      assertThat(files.mend()).contains(Probe.class.getName());
      awaitStatus(health, "other", Status.UP);
    }

    @Test
    void that_throws_an_error_is_down_and_is_tried_again() {
      var runs = new AtomicInteger();
      HealthRegistry health =
          open(
              Probe.of(
                  "broken",
                  () -> {
                    if (runs.incrementAndGet() == 1) {
                      throw new NoClassDefFoundError("dev/acme/Client");
                    }
                    return Health.up("broken");
                  }));
      awaitStatus(health, "broken", Status.DOWN);
      assertThat(of(health, "broken").health().cause())
          .isEqualTo("NoClassDefFoundError: dev/acme/Client");
      awaitRest();
      time.advance(INTERVAL);
      awaitStatus(health, "broken", Status.UP);
    }

    @Test
    void that_throws_shows_no_secret() {
      HealthRegistry health =
          open(
              Probe.of(
                  "mail",
                  () -> {
                    throw new IllegalStateException(
                        "cannot log in at smtp://bob:canary-4711@mail, password=canary-4711");
                  }));
      awaitStatus(health, "mail", Status.DOWN);
      HealthReport report = health.report();
      assertThat(report.toString() + report.text() + report.toJson())
          .doesNotContain("canary")
          .contains("cannot log in at smtp://***@mail");
    }
  }

  @SuppressWarnings("NullAway") // what a careless monitor does
  private static Health nothing() {
    return null;
  }

  @Test
  void a_result_is_unknown_once_two_intervals_were_missed() {
    var stopped = SettableTime.create();
    HealthRegistry health =
        HealthRegistry.open(
            CONFIG,
            system,
            List.of(Probe.up("a")),
            new HealthRegistry.Listeners(List.of(), List.of()),
            new HealthRegistry.Time(stopped, stopped::nanos));
    registry = health;
    awaitStatus(health, "a", Status.UP);
    stopped.advance(ofSeconds(22));
    assertThat(status(health, "a")).isEqualTo(Status.UP);
    stopped.advance(ofMillis(1));
    Health stale = of(health, "a").health();
    assertThat(stale.status()).isEqualTo(Status.UNKNOWN);
    assertThat(stale.cause()).contains("last two checks did not take place");
    assertThat(stale.evidence().figures()).containsEntry("last known", "UP");
  }

  @Nested
  class After_close {

    @Test
    void nothing_is_checked_any_more_and_the_last_report_stays() {
      var runs = new AtomicInteger();
      HealthRegistry health =
          open(
              Probe.of(
                  "a",
                  () -> {
                    runs.incrementAndGet();
                    return Health.up("a");
                  }));
      awaitStatus(health, "a", Status.UP);
      health.close();
      time.advance(INTERVAL);
      assertThat(health.refresh().monitor("a").orElseThrow().health().status())
          .isEqualTo(Status.UP);
      assertThat(runs).hasValue(1);
    }

    @Test
    void a_check_under_way_has_been_interrupted() {
      HealthRegistry health =
          open(
              Probe.of(
                  "slow",
                  () -> {
                    release.await();
                    return Health.up("slow");
                  }));
      Await.until(PATIENCE, "the check to begin", () -> !system.tasks().isEmpty());
      Await.until(
          PATIENCE,
          "the check to end",
          () -> {
            health.close();
            return system.tasks().isEmpty();
          });
      assertThat(release.getCount()).isOne();
    }
  }
}
