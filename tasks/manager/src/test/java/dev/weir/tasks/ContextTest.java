package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.Deadline;
import dev.weir.tasks.ContextCarrier.Captured;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ContextTest {

  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();
  private static final InheritableThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();

  @AfterEach
  void clear() {
    MDC.clear();
    INHERITABLE.remove();
  }

  @Test
  void the_mdc_goes_along() {
    try (var fixture = Fixture.open(ContextCarrier.mdc())) {
      MDC.put("order", "17");
      TaskHandle<String> handle = fixture.tasks.submit("t", () -> MDC.get("order"));
      MDC.put("order", "18");
      assertThat(handle.await()).isEqualTo("17");
      MDC.clear();
      assertThat(fixture.tasks.submit("t", () -> MDC.get("order") == null).await()).isTrue();
    }
  }

  @Test
  void the_mdc_goes_along_with_a_delayed_command_and_not_with_a_periodic_one() throws Exception {
    try (var fixture = Fixture.open(ContextCarrier.mdc())) {
      ScheduledExecutorService executor = fixture.tasks.scheduledExecutor("e");
      var periodic = new CompletableFuture<String>();
      MDC.put("order", "17");
      ScheduledFuture<String> delayed =
          Deadline.within(
              Duration.ofDays(1),
              () ->
                  executor.schedule(
                      () -> MDC.get("order") + " " + TaskRun.current().deadline().isBound(),
                      1,
                      TimeUnit.MILLISECONDS));
      var _ =
          executor.scheduleAtFixedRate(
              () -> periodic.complete("order " + MDC.get("order")), 1, 1, TimeUnit.MILLISECONDS);
      MDC.put("order", "18");
      assertThat(delayed.get()).isEqualTo("17 false");
      assertThat(periodic.join()).isEqualTo("order null");
    }
  }

  @Test
  void the_mdc_goes_along_through_an_executor() throws ExecutionException, InterruptedException {
    try (var fixture = Fixture.open(ContextCarrier.mdc())) {
      MDC.put("order", "17");
      assertThat(fixture.tasks.executor("e").submit(() -> MDC.get("order")).get()).isEqualTo("17");
    }
  }

  @Test
  void the_mdc_is_put_back_as_it_was() {
    MDC.put("order", "17");
    Captured captured = ContextCarrier.mdc().capture();
    MDC.put("order", "18");
    try (var _ = captured.bind()) {
      assertThat(MDC.get("order")).isEqualTo("17");
    }
    assertThat(MDC.get("order")).isEqualTo("18");
  }

  @Test
  void nothing_is_carried_where_there_is_no_mdc() {
    assertThat(ContextCarrier.mdc().capture()).isSameAs(Captured.NOTHING);
  }

  @Test
  void bindings_are_opened_in_order_and_closed_in_reverse_on_the_tasks_thread() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (var fixture = Fixture.open(carrier("a", seen), carrier("b", seen))) {
      fixture.tasks.run("t", () -> seen.add("body on " + name())).await();
    }
    assertThat(seen)
        .containsExactly(
            "bind a on t-1", "bind b on t-1", "body on t-1", "close b on t-1", "close a on t-1");
  }

  private static ContextCarrier carrier(String which, List<String> seen) {
    return () ->
        () -> {
          seen.add("bind " + which + " on " + name());
          return () -> seen.add("close " + which + " on " + name());
        };
  }

  private static String name() {
    return Thread.currentThread().getName();
  }

  @Test
  void a_carrier_that_fails_does_not_cost_the_task_or_the_other_carriers() {
    var closed = new AtomicInteger();
    ContextCarrier cannotCapture =
        () -> {
          throw new IllegalStateException("capture");
        };
    ContextCarrier cannotBind =
        () ->
            () -> {
              throw new IllegalStateException("bind");
            };
    ContextCarrier cannotClose =
        () ->
            () ->
                () -> {
                  throw new IllegalStateException("close");
                };
    ContextCarrier works = () -> () -> closed::incrementAndGet;
    try (var log = new CapturedLog(Context.class);
        var fixture = Fixture.open(works, cannotCapture, cannotBind, cannotClose)) {
      assertThat(fixture.tasks.submit("t", () -> 1).await()).isEqualTo(1);
      assertThat(closed).hasValue(1);
      assertThat(log.messages()).hasSize(3);
    }
  }

  @Test
  void scoped_values_and_inheritable_thread_locals_stay_behind() {
    try (var fixture = Fixture.open()) {
      INHERITABLE.set("leak");
      boolean clean =
          ScopedValue.where(SCOPED, "leak")
              .call(
                  () ->
                      fixture.tasks.submit(
                          "t", () -> !SCOPED.isBound() && INHERITABLE.get() == null))
              .await();
      assertThat(clean).isTrue();
    }
  }
}
