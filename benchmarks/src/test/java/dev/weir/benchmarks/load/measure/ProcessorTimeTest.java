package dev.weir.benchmarks.load.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTimeTest {

  @Test
  void tells_the_share_that_other_guests_took() {
    var before = ProcessorTime.parse("cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 1 2 3");
    var after = ProcessorTime.parse("cpu  40 0 20 120 0 0 0 20 0 0\ncpu0 1 2 3");
    assertThat(after.minus(before).stolenPercent()).isEqualTo(20);
  }

  @Test
  void tells_nothing_where_the_machine_does_not() {
    assertThat(ProcessorTime.parse("cpu 1 2 3").stolenPercent()).isZero();
    assertThat(ProcessorTime.parse("").stolenPercent()).isZero();
  }
}
