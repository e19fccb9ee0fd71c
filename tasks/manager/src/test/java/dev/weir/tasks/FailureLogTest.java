package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailureLogTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final SettableTime time = SettableTime.create();
  private final Fixture fixture = Fixture.open(time);
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CapturedLog log = new CapturedLog(BackgroundTaskManager.class);

  @AfterEach
  void close() {
    log.close();
    fixture.close();
  }

  private TaskHandle<Void> fail(String name, Throwable thrown) {
    TaskHandle<Void> handle =
        tasks.run(
            name,
            () -> {
              if (thrown instanceof Exception exception) {
                throw exception;
              }
              throw (Error) thrown;
            });
    assertThatThrownBy(handle::await).isInstanceOf(TaskFailedException.class);
    return handle;
  }

  @Test
  void a_failure_is_logged_once_with_name_number_and_cause() {
    var thrown = new IllegalStateException("boom");
    TaskHandle<Void> handle = fail("embed", thrown);
    assertThat(log.messages()).containsExactly("Task 'embed' (%d) failed".formatted(handle.id()));
    var proxy = (ThrowableProxy) log.warnings().getFirst().getThrowableProxy();
    assertThat(proxy.getThrowable()).isSameAs(thrown);
  }

  @Test
  void an_error_is_logged_as_well() {
    fail("embed", new LinkageError("torn"));
    assertThat(log.messages()).singleElement().asString().contains("embed");
  }

  @Test
  void a_flood_of_one_name_is_one_line_a_second_with_the_number_left_out() {
    for (int i = 0; i < 1_000; i++) {
      fail("flood", new IllegalStateException("boom"));
    }
    fail("other", new IllegalStateException("boom"));
    assertThat(log.messages()).hasSize(2);
    time.advance(SECOND);
    Fixture.until("the summary", () -> log.messages().size() == 3);
    assertThat(log.messages().getLast())
        .isEqualTo("Task 'flood' failed 999 more times within a second; those are not shown");
    assertThat(tasks.snapshot().failed()).isEqualTo(1_001);
  }

  @Test
  void the_first_failure_after_a_quiet_second_is_logged_at_once() {
    fail("t", new IllegalStateException("one"));
    time.advance(SECOND);
    Fixture.until(
        "a new line",
        () -> {
          fail("t", new IllegalStateException("two"));
          return log.messages().size() == 2;
        });
  }

  @Test
  void a_cancelled_task_is_no_failure() {
    TaskHandle<Void> handle = tasks.run("t", () -> Thread.currentThread().join());
    Fixture.until("its start", () -> handle.status() == TaskStatus.RUNNING);
    handle.cancel();
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
    assertThat(log.messages()).isEmpty();
    assertThat(tasks.snapshot().failed()).isZero();
    assertThat(tasks.snapshot().cancelled()).isOne();
  }
}
