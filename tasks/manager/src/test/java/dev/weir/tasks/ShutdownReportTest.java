package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShutdownReportTest {

  private static String text(List<String> interrupted, List<String> unstarted) {
    return new ShutdownReport(12, interrupted, unstarted, List.of(), Duration.ofMillis(30)).text();
  }

  @Test
  void counts_tasks_of_one_name_and_names_the_most_frequent_first() {
    assertThat(text(List.of("report", "mail", "mail"), Collections.nCopies(2_900, "mail")))
        .isEqualTo(
            "12 ended by themselves; interrupted: mail (2), report; never started: mail (2,900);"
                + " not ended: none; took 30 ms");
  }

  @Test
  void stays_short_whatever_the_number_of_names() {
    List<String> many = IntStream.range(0, 10_000).mapToObj(i -> "task-" + i).toList();
    assertThat(text(List.of(), many)).contains("and 9,980 other names").hasSizeLessThan(500);
  }
}
