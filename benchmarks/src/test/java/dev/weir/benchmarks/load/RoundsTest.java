package dev.weir.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Trial;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {

  private static final List<Trial> TRIALS =
      List.of(trial("light", "a"), trial("light", "b"), trial("light", "c"), trial("heavy", "a"));

  private static Trial trial(String variant, String rival) {
    return Trial.of(variant, rival, Figures::none);
  }

  private static List<String> order(int round) {
    return Rounds.order(TRIALS, round).stream()
        .map(trial -> trial.variant() + " " + trial.rivals().getFirst())
        .toList();
  }

  @Test
  void let_somebody_else_begin_each_time_and_keep_the_loads_apart() {
    assertThat(order(1)).containsExactly("light a", "light b", "light c", "heavy a");
    assertThat(order(2)).containsExactly("light b", "light c", "light a", "heavy a");
    assertThat(order(4)).isEqualTo(order(1));
  }
}
