package dev.weir.testkit.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTimeTest {

  @Test
  void tells_the_stolen_share_between_two_looks() {
    var before = ProcessorTime.parse("cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 1 1");
    var after = ProcessorTime.parse("cpu  60 0 20 105 0 0 0 15 0 0\ncpu0 1 1");
    assertThat(after.minus(before).steal()).isEqualTo("15.0 % stolen");
    assertThat(after.minus(before).stolenPercent()).isEqualTo(15);
    assertThat(after.minus(before).plus(before)).isEqualTo(after);
  }

  @Test
  void says_so_if_nothing_is_known() {
    assertThat(new ProcessorTime(0, 0).steal()).isEqualTo("steal unknown");
    assertThat(ProcessorTime.parse("").steal()).isEqualTo("steal unknown");
    assertThat(ProcessorTime.parse("cpu 1 2 3").stolenPercent()).isZero();
  }
}
