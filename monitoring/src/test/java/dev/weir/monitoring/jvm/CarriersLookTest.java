package dev.weir.monitoring.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.monitoring.finding.Finding.Severity;
import dev.weir.monitoring.finding.Findings;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CarriersLookTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SystemTasks system = SystemTasks.open();
  private final CarriersLook look = new CarriersLook(system, Duration.ofMillis(50));
  private volatile boolean spinning = true;

  @AfterEach
  void close() {
    spinning = false;
    look.close();
    system.close();
  }

  private List<Thread> occupyAllCarriers() {
    int carriers =
        ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class).getParallelism();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < carriers; i++) {
      all.add(
          Thread.startVirtualThread(
              () -> {
                while (spinning) {
                  Thread.onSpinWait();
                }
              }));
    }
    return all;
  }

  private static ListAppender<ILoggingEvent> listen() {
    var logger = (Logger) LoggerFactory.getLogger(CarriersLook.class);
    var appender = new ListAppender<ILoggingEvent>();
    appender.start();
    logger.addAppender(appender);
    return appender;
  }

  @Test
  void starving_is_seen_while_it_lasts_and_told_of_at_the_next_look() {
    ListAppender<ILoggingEvent> log = listen();
    look.look();
    Await.until(PATIENCE, "a calm look", () -> look.look().worst().isEmpty());
    assertThat(look.look().figures()).containsKeys("longest wait for a carrier", "carriers");
    occupyAllCarriers();
    Await.until(
        PATIENCE, "the delay to show", () -> look.delay().compareTo(CarriersLook.LONG) >= 0);
    Await.until(
        PATIENCE,
        "the log to tell of it while no check could run",
        () ->
            List.copyOf(log.list).stream()
                .anyMatch(it -> it.getFormattedMessage().contains("Virtual threads starve")));
    spinning = false;
    Findings findings = look.look();
    assertThat(findings.worst()).contains(Severity.POOR);
    assertThat(findings.cause()).contains("has waited for a carrier for");
    assertThat(findings.mend()).contains("CPU bulkhead").contains("health.pinned");
    Await.until(PATIENCE, "a calm look again", () -> look.look().worst().isEmpty());
  }
}
