package dev.weir.monitoring.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitoring.finding.Finding.Severity;
import dev.weir.monitoring.finding.Findings;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PinnedLookTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SystemTasks system = SystemTasks.open();
  private final PinnedLook look = new PinnedLook(system);

  @AfterEach
  void close() {
    look.close();
    system.close();
  }

  /** Waits in its initializer, which holds the carrier. */
  static final class Slow {
    static {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(60));
    }

    private Slow() {}
  }

  /** Each time a class of its own, for an initializer runs only once. */
  private static void initialize() {
    try (InputStream code =
        Objects.requireNonNull(
            PinnedLookTest.class.getResourceAsStream("PinnedLookTest$Slow.class"))) {
      MethodHandles.lookup().defineHiddenClass(code.readAllBytes(), true);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Test
  void a_virtual_thread_that_holds_its_carrier_is_named_with_its_place() {
    assertThat(look.look().worst()).isEmpty();
    var found = new AtomicReference<Findings>();
    Await.until(
        PATIENCE,
        "a pinned thread",
        () -> {
          join(Thread.startVirtualThread(PinnedLookTest::initialize));
          Findings findings = look.look();
          found.set(findings);
          return findings.worst().isPresent();
        });
    Findings findings = found.get();
    assertThat(findings.worst()).contains(Severity.POOR);
    assertThat(findings.cause()).contains("has held its carrier").contains("PinnedLookTest");
    assertThat(findings.mend()).contains("class initializers");
    assertThat(findings.figures()).containsKey("longest");
    Await.until(PATIENCE, "nothing new", () -> look.look().worst().isEmpty());
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }
}
