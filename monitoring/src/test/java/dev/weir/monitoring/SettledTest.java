package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.Settled.Steps;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Findings by their first letters: up, degraded, unknown (?), down (x). */
class SettledTest {

  private static Health health(char letter) {
    Evidence some = Evidence.of("n", 1);
    return switch (letter) {
      case 'u' -> Health.up("m");
      case 'd' -> new Health.Degraded("m", "slow", some, "mend");
      case '?' -> new Health.Unknown("m", "hangs", some, "mend");
      default -> new Health.Down("m", "gone", some, "mend");
    };
  }

  private static String settled(String findings, Steps steps) {
    var text = new StringBuilder();
    Settled settled = Settled.on(health(findings.charAt(0)));
    for (int i = 0; i < findings.length(); i++) {
      settled = settled.after(health(findings.charAt(i)), steps);
      text.append("ud?x".charAt(List.of(Status.values()).indexOf(settled.health().status())));
    }
    return text.toString();
  }

  @ParameterizedTest(name = "{0}: two worse, three better")
  @CsvSource({
    "uuxxuuuu, uuuxxxuu", // falls at the second, rises at the third
    "uxuxuxux, uuuuuuuu", // flicker is filtered
    "xuuxuuxx, xxxxxxxx", // the other way round too
    "udxdx, uuddd", // to the mildest that all bear out; one more is counted anew
    "uxdxx, uuddx",
    "u?u??u, uuuu??", // unknown takes as many as worse ones do
    "x?x??x, xxxx??", // from down, too: and back to down as a worse one
    "uxxuxxuu, uuxxxxxx", // a worse one ends the run of better ones
    "xdddu, xxxdd",
    "xduu, xxxd" // better ones count together, to the worst of them
  })
  void changes_after_enough_findings_in_a_row(String findings, String expected) {
    assertThat(settled(findings, new Steps(2, 3))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"uxu?dxud", "xuxu", "ddd?"})
  void follows_each_finding_if_one_is_enough(String findings) {
    assertThat(settled(findings, new Steps(1, 1))).isEqualTo(findings);
  }

  @ParameterizedTest
  @CsvSource({"ux, 'DOWN, 1 of 2'", "xuu, 'UP, 2 of 3'", "uu, ''", "uxx, ''"})
  void says_what_is_not_settled_yet(String findings, String expected) {
    var steps = new Steps(2, 3);
    Settled settled = Settled.on(health(findings.charAt(0)));
    for (int i = 0; i < findings.length(); i++) {
      settled = settled.after(health(findings.charAt(i)), steps);
    }
    assertThat(settled.unsettled(steps)).isEqualTo(expected);
  }
}
