package dev.weir.monitoring.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitoring.finding.Finding.Severity;
import dev.weir.monitoring.finding.Findings;
import dev.weir.testkit.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class DeadlockLookTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final DeadlockLook look = new DeadlockLook();
  private final CountDownLatch bothHoldOne = new CountDownLatch(2);

  private Thread taking(String name, Lock first, Lock second) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              first.lock();
              try {
                bothHoldOne.countDown();
                bothHoldOne.await();
                second.lockInterruptibly();
                second.unlock();
              } catch (InterruptedException _) {
                // The ring is broken by the test.
              } finally {
                first.unlock();
              }
            });
  }

  @Test
  void threads_that_wait_for_each_other_are_named() {
    assertThat(look.look().worst()).isEmpty();
    var left = new ReentrantLock();
    var right = new ReentrantLock();
    Thread one = taking("clerk", left, right);
    Thread other = taking("cook", right, left);
    Await.until(PATIENCE, "the ring", () -> look.look().worst().isPresent());
    Findings findings = look.look();
    assertThat(findings.worst()).contains(Severity.BROKEN);
    assertThat(findings.cause())
        .contains("2 threads wait for each other")
        .contains("'clerk' for a lock of 'cook'")
        .contains("'cook' for a lock of 'clerk'");
    assertThat(findings.mend()).contains("restart");
    one.interrupt();
    Await.until(PATIENCE, "both to end", () -> !one.isAlive() && !other.isAlive());
    assertThat(look.look().worst()).isEmpty();
  }
}
