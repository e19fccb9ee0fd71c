package dev.weir.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.benchmarks.load.scenarios.Pass;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {

  private static final List<String> KNOWN = List.of("lanes", "overload");

  @Test
  void are_all_scenarios_briefly_if_nothing_is_said() {
    assertThat(Options.parse(KNOWN))
        .isEqualTo(new Options(KNOWN, Pass.SHORT, Path.of("docs", "benchmarks"), false, Map.of()));
  }

  @Test
  void are_taken_from_the_command_line_where_an_empty_word_says_nothing() {
    assertThat(
            Options.parse(
                KNOWN,
                "",
                "overload",
                "--assert",
                "true",
                "--long",
                "true",
                "--out",
                "there",
                "--variant",
                "Weir, in order=weir.gate.policy:fifo"))
        .isEqualTo(
            new Options(
                List.of("overload"),
                Pass.LONG,
                Path.of("there"),
                true,
                Map.of("Weir, in order", "weir.gate.policy:fifo")));
  }

  @Test
  void name_every_problem_at_once_and_what_there_is() {
    assertThatThrownBy(
            () ->
                Options.parse(
                    KNOWN, "lane", "--longer", "--long", "yes", "--variant", "fifo", "--out"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 problems")
        .hasMessageContaining("lane: no such scenario")
        .hasMessageContaining("--longer: not known")
        .hasMessageContaining("--long yes: must be true or false")
        .hasMessageContaining("--variant fifo: must read name=property:value")
        .hasMessageContaining("--out: needs a value")
        .hasMessageContaining("lanes, overload");
  }
}
