package dev.weir.tasks.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskFailedException;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskInterruptedException;
import dev.weir.tasks.TaskTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

  private final House house = House.open();
  private final BackgroundTaskManager tasks = house.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);
  private final AtomicInteger loads = new AtomicInteger();
  private final SingleFlight<String, String> prices =
      SingleFlight.open(tasks, Task.named("load-price"), this::heldPrice);

  @AfterEach
  void close() {
    hold.countDown();
    house.close();
  }

  private String heldPrice(String key) throws InterruptedException {
    loads.incrementAndGet();
    hold.await();
    return "price of " + key;
  }

  private void untilAllWait(List<? extends TaskHandle<?>> callers) {
    House.until(
        "all to wait for the load",
        () -> tasks.tasks().stream().filter(it -> isWaiting(it.stack())).count() == callers.size());
  }

  private static boolean isWaiting(List<StackTraceElement> stack) {
    return stack.stream().anyMatch(frame -> isCall(frame, "SingleFlight", "get"))
        && stack.stream().anyMatch(frame -> isCall(frame, "AwaitedTask", "await"));
  }

  private static boolean isCall(StackTraceElement frame, String type, String method) {
    return frame.getClassName().endsWith(type) && frame.getMethodName().equals(method);
  }

  @Test
  void loads_once_for_all_who_ask_at_the_same_time() {
    var callers = new ArrayList<TaskHandle<String>>();
    for (int i = 0; i < 100; i++) {
      callers.add(tasks.submit("caller", () -> prices.get("EURUSD")));
    }
    untilAllWait(callers);
    assertThat(prices.underWay()).isEqualTo(1);
    hold.countDown();
    assertThat(callers).extracting(TaskHandle::await).containsOnly("price of EURUSD");
    assertThat(loads).hasValue(1);
  }

  @Test
  void loads_each_key_for_itself_and_remembers_nothing() {
    hold.countDown();
    assertThat(prices.get("a")).isEqualTo("price of a");
    assertThat(prices.get("b")).isEqualTo("price of b");
    assertThat(prices.get("a")).isEqualTo("price of a");
    assertThat(loads).hasValue(3);
    House.until("nothing under way", () -> prices.underWay() == 0);
  }

  @Test
  void gives_all_the_same_exception_and_frees_the_key() {
    var cause = new IOException("down");
    SingleFlight<String, String> failing =
        SingleFlight.open(
            tasks,
            Task.named("load-price"),
            _ -> {
              loads.incrementAndGet();
              hold.await();
              throw cause;
            });
    var callers = new ArrayList<TaskHandle<Throwable>>();
    for (int i = 0; i < 10; i++) {
      callers.add(
          tasks.submit(
              "caller",
              () -> {
                try {
                  throw new AssertionError(failing.get("EURUSD"));
                } catch (TaskFailedException failure) {
                  return Objects.requireNonNull(failure.getCause());
                }
              }));
    }
    untilAllWait(callers);
    hold.countDown();
    assertThat(callers)
        .extracting(TaskHandle::await)
        .allSatisfy(it -> assertThat(it).isSameAs(cause));
    assertThat(loads).hasValue(1);
    assertThatThrownBy(() -> failing.get("EURUSD")).hasCause(cause);
    assertThat(loads).hasValue(2);
  }

  @Test
  void starts_another_load_at_once_after_a_failure() {
    SingleFlight<String, Integer> everyOther =
        SingleFlight.open(
            tasks,
            Task.named("load"),
            _ -> {
              int count = loads.incrementAndGet();
              if (count % 2 == 1) {
                throw new IOException("down");
              }
              return count;
            });
    for (int i = 1; i <= 200; i++) {
      assertThatThrownBy(() -> everyOther.get("k")).isInstanceOf(TaskFailedException.class);
      assertThat(everyOther.get("k")).isEqualTo(2 * i);
    }
  }

  @Test
  void lets_a_caller_leave_at_its_deadline_and_loads_on() {
    TaskHandle<String> patient = tasks.submit("caller", () -> prices.get("k"));
    untilAllWait(List.of(patient));
    assertThatThrownBy(() -> Deadline.within(Duration.ofMillis(20), () -> prices.get("k")))
        .isInstanceOf(TaskTimeoutException.class);
    hold.countDown();
    assertThat(patient.await()).isEqualTo("price of k");
    assertThat(loads).hasValue(1);
  }

  @Test
  void gives_the_load_no_callers_deadline() {
    assertThatThrownBy(() -> Deadline.within(Duration.ofMillis(20), () -> prices.get("k")))
        .isInstanceOf(TaskTimeoutException.class);
    TaskHandle<String> second = tasks.submit("caller", () -> prices.get("k"));
    untilAllWait(List.of(second));
    hold.countDown();
    assertThat(second.await()).isEqualTo("price of k");
    assertThat(loads).hasValue(1);
  }

  @Test
  void lets_an_interrupted_caller_leave_and_loads_on() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> prices.get("k")).isInstanceOf(TaskInterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
    TaskHandle<String> second = tasks.submit("caller", () -> prices.get("k"));
    untilAllWait(List.of(second));
    hold.countDown();
    assertThat(second.await()).isEqualTo("price of k");
    assertThat(loads).hasValue(1);
  }

  @Test
  void refuses_a_load_that_waits_for_itself_by_way_of_another() {
    var self = new AtomicReference<@Nullable SingleFlight<String, String>>();
    SingleFlight<String, String> circular =
        SingleFlight.open(
            tasks,
            Task.named("load"),
            key ->
                Objects.requireNonNull(self.get())
                    .get(key.equals("a") ? "b" : key.equals("b") ? "c" : "a"));
    self.set(circular);
    assertThatThrownBy(() -> circular.get("a"))
        .isInstanceOf(TaskFailedException.class)
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("A load waits for itself: load of ")
        .hasMessageContaining("load of c");
  }

  @Test
  void lets_a_load_ask_for_another() {
    SingleFlight<Integer, Integer> sums = SingleFlight.open(tasks, Task.named("base"), key -> key);
    SingleFlight<Integer, Integer> outer =
        SingleFlight.open(tasks, Task.named("outer"), key -> sums.get(key) + sums.get(key + 1));
    assertThat(outer.get(3)).isEqualTo(7);
  }

  @Test
  void passes_the_managers_refusal_on_and_frees_the_key() {
    SingleFlight<String, Integer> bounded =
        SingleFlight.open(tasks, Task.named("load").bulkhead("none"), _ -> 1);
    TaskHandle<Void> occupant = tasks.run(Task.named("o").bulkhead("none"), hold::await);
    assertThatThrownBy(() -> bounded.get("k")).isInstanceOf(AdmissionRejectedException.class);
    assertThat(bounded.underWay()).isZero();
    hold.countDown();
    occupant.await();
    House.until("its permit", () -> tasks.tasks().isEmpty());
    assertThat(bounded.get("k")).isEqualTo(1);
  }

  @Test
  void refuses_a_dedup_key() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () -> SingleFlight.open(tasks, Task.named("load").dedupKey("k"), this::heldPrice))
        .withMessageContaining("one load of all keys");
  }
}
