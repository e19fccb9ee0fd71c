package dev.weir.tasks.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.tasks.shutdown.Reloader.Reloaded;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReloadsTest {

  private final Reloads reloads = new Reloads();

  @Test
  void asks_each_in_turn_and_says_what_is_in_force_and_what_needs_a_restart() {
    reloads.add("settings", () -> new Reloaded(List.of(), List.of("pool.max: 8 -> 16")));
    reloads.add("certificates", () -> Reloaded.applied("a new chain"));
    reloads.add("rules", () -> Reloaded.NOTHING);

    ReloadReport report = reloads.run();

    assertThat(report.needsRestart()).containsExactly("pool.max: 8 -> 16");
    assertThat(report.text())
        .isEqualTo(
            """
            Reloaded:
              settings: needs a restart: pool.max: 8 -> 16
              certificates: in force: a new chain;
              rules: nothing has changed\
            """);
  }

  @Test
  void goes_on_after_a_failure_and_does_not_repeat_what_it_said() {
    var failure = new IOException("canary");
    reloads.add(
        "broken",
        () -> {
          throw failure;
        });
    reloads.add("well", () -> Reloaded.applied("all"));

    ReloadReport report = reloads.run();

    assertThat(report.failed()).containsEntry("broken", failure);
    assertThat(report.reloaded()).containsOnlyKeys("well");
    assertThat(report.text())
        .contains("broken: failed with java.io.IOException, nothing changed")
        .doesNotContain("canary");
  }

  @Test
  void knows_each_by_a_name_of_its_own() {
    Registration one = reloads.add("one", () -> Reloaded.NOTHING);

    assertThatThrownBy(() -> reloads.add("one", () -> Reloaded.NOTHING))
        .hasMessageContaining("called 'one'");
    assertThatThrownBy(() -> reloads.add(" ", () -> Reloaded.NOTHING))
        .hasMessageContaining("no name");
    one.withdraw();
    one.withdraw();
    assertThat(reloads.run().reloaded()).isEmpty();
  }
}
