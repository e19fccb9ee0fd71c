package dev.weir.monitoring;

import static java.time.Duration.ofSeconds;

import dev.weir.config.HealthConfig;
import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.HealthMonitor.Kind;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskInfo;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What tests of a registry share: a time that can be set, and monitors made of lambdas. */
@Timeout(60)
abstract class RegistryTest {

  static final Duration INTERVAL = ofSeconds(10);
  static final Duration TIMEOUT = ofSeconds(2);
  static final HealthConfig CONFIG = new HealthConfig(INTERVAL, TIMEOUT).fall(1).rise(1);
  static final Duration PATIENCE = ofSeconds(20);

  final SettableTime time = SettableTime.create();
  final SystemTasks system = SystemTasks.open(List.of(), time.scheduler(), time, time::nanos);
  final CountDownLatch release = new CountDownLatch(1);
  final CountDownLatch entered = new CountDownLatch(1);
  final List<HealthListener> listeners = new ArrayList<>();
  final List<CheckListener> checks = new ArrayList<>();
  @Nullable HealthRegistry registry;

  /** A monitor for tests. */
  record Probe(
      String name,
      Kind kind,
      Optional<Duration> interval,
      Optional<Duration> timeout,
      Callable<Health> work)
      implements HealthMonitor {

    static Probe of(String name, Callable<Health> work) {
      return new Probe(name, Kind.READINESS, Optional.empty(), Optional.empty(), work);
    }

    static Probe up(String name) {
      return of(name, () -> Health.up(name));
    }

    Probe every(Duration interval) {
      return new Probe(name, kind, Optional.of(interval), timeout, work);
    }

    Probe within(Duration timeout) {
      return new Probe(name, kind, interval, Optional.of(timeout), work);
    }

    Probe as(Kind kind) {
      return new Probe(name, kind, interval, timeout, work);
    }

    @Override
    public Health check() throws Exception {
      return work.call();
    }
  }

  @AfterEach
  void close() {
    release.countDown();
    if (registry != null) {
      registry.close();
    }
    system.close();
  }

  HealthRegistry open(HealthMonitor... monitors) {
    return open(CONFIG, monitors);
  }

  HealthRegistry open(HealthConfig config, HealthMonitor... monitors) {
    HealthRegistry opened =
        HealthRegistry.open(
            config,
            system,
            Arrays.asList(monitors),
            new HealthRegistry.Listeners(listeners, checks),
            new HealthRegistry.Time(time, time::nanos));
    registry = opened;
    return opened;
  }

  static MonitorReport of(HealthRegistry registry, String name) {
    return registry.report().monitor(name).orElseThrow();
  }

  static Status status(HealthRegistry registry, String name) {
    return of(registry, name).health().status();
  }

  static void awaitStatus(HealthRegistry registry, String name, Status status) {
    Await.until(
        PATIENCE,
        () -> name + " to be " + status + ", but " + registry.report().text(),
        () -> status(registry, name) == status);
  }

  void awaitRest() {
    Await.until(PATIENCE, "every check to be over", () -> system.tasks().isEmpty());
  }

  /** Waits until no task but this one is under way: a tick passes by a check that still runs. */
  void awaitOnly(String name) {
    Await.until(
        PATIENCE,
        "every check but " + name + " to be over",
        () -> system.tasks().stream().map(TaskInfo::name).allMatch(name::equals));
  }

  /** Waits whatever the interrupts, until it is let go. */
  Health hang(CountDownLatch let) {
    entered.countDown();
    boolean interrupted = false;
    while (true) {
      try {
        let.await();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return Health.up("late");
  }
}
