package dev.weir.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.machine.ProcessorTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReportTest {

  @Test
  void puts_the_sides_of_a_caller_below_each_other() {
    var measured = new Measured(1);
    measured.answered(0, TimeUnit.MILLISECONDS.toNanos(2), true);

    String table = Report.table(List.of(turn("Weir", measured), turn("bare HikariCP", measured)));

    assertThat(table)
        .containsPattern("look up +Weir +1\\.0 +2\\.0 +2\\.0 +2\\.0 +1\\.000 +0\\R")
        .containsPattern("look up +bare HikariCP +1\\.0 +2\\.0 +2\\.0 +2\\.0 +1\\.000 +0\\R");
  }

  @Test
  void shows_a_dash_where_nothing_was_measured() {
    assertThat(Report.table(List.of(turn("Weir", new Measured(1)))))
        .containsPattern("look up +Weir +0\\.0 +- +- +- +- +0\\R");
  }

  @Test
  void does_not_compare_what_only_failed() {
    var measured = new Measured(1);
    measured.failed(new IllegalStateException("no such table"));

    assertThatThrownBy(() -> Report.table(List.of(turn("Weir", measured))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("look up", "Weir", "no such table");
  }

  private static Report.Turn turn(String side, Measured measured) {
    return new Report.Turn(side, Map.of("look up", measured.figures(1)), new ProcessorTime(0, 0));
  }
}
