package dev.weir.monitoring.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OperationTest {

  private static final Slo WORKS = Slo.errors("works", Subject.operation("checkout"));
  private static final Slo FAST =
      Slo.latency("fast", Subject.operation("checkout"), Duration.ofMillis(100));

  private final SettableTime time = SettableTime.create();
  private final Slos slos = Slos.of(List.of(WORKS, FAST), time, time::nanos);
  private final Operation checkout = slos.operation("checkout");

  @Nested
  class A_measured_call {

    @Test
    void is_counted_for_every_objective_with_its_result_passed_on() {
      String result =
          checkout.measure(
              () -> {
                time.advance(Duration.ofMillis(150));
                return "done";
              });
      assertThat(result).isEqualTo("done");
      assertThat(slos.report("works").orElseThrow().good()).isOne();
      assertThat(slos.report("fast").orElseThrow().bad()).isOne();
    }

    @Test
    void that_throws_has_failed_and_its_exception_is_untouched() {
      assertThatThrownBy(
              () ->
                  checkout.measure(
                      () -> {
                        throw new IOException("no");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(slos.report("works").orElseThrow().bad()).isOne();
    }
  }

  @Test
  void that_no_objective_is_about_is_refused_with_those_that_are_known() {
    assertThatThrownBy(() -> slos.operation("chekout"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'chekout', only about [checkout]");
  }

  @Test
  void counts_every_call_of_many_threads() {
    int threads = 8;
    int calls = 20_000;
    try (var many = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < threads; thread++) {
        var _ =
            many.submit(
                () -> {
                  for (int i = 0; i < calls; i++) {
                    checkout.record(i, i % 4 != 0);
                    if (i % 1_000 == 0) {
                      slos.tick();
                    }
                  }
                });
      }
    }
    SloReport works = slos.report("works").orElseThrow();
    assertThat(works.bad()).isEqualTo(threads * calls / 4);
    assertThat(works.good()).isEqualTo(threads * calls * 3 / 4);
    assertThat(works.everGood()).isEqualTo(works.good());
  }

  @Test
  void allocates_nothing_when_it_records() {
    var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 10_000; i++) {
      checkout.record(i * 1_000L, true);
    }
    long before = memory.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      checkout.record(i * 1_000L, i % 2 == 0);
    }
    // One record that allocated an object would make 160 KB; the measuring itself takes some.
    assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
  }
}
