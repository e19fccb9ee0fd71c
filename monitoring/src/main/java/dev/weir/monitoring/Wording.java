package dev.weir.monitoring;

import dev.weir.monitoring.text.SafeText;
import java.time.Duration;

/** What is said of a monitor that does not say it itself. */
record Wording(String name, String task, String type, Watch.Rules rules) {

  Health notYet() {
    return new Health.Unknown(
        name,
        "it has not been checked yet",
        Evidence.of("interval", shown(rules.interval())),
        "wait for its first check to end, or call refresh()");
  }

  Health hung(Duration since, Health last) {
    return new Health.Unknown(
        name,
        "its check hangs: no answer for " + shown(since),
        Evidence.of("timeout", shown(rules.timeout())).and("last known", last.status()),
        "see where the task '%s' waits, or raise health.timeout if the check needs longer"
            .formatted(task));
  }

  Health cutOff(Throwable failure, Health last) {
    return new Health.Unknown(
        name,
        "its check was interrupted after %s without an answer".formatted(shown(rules.patience())),
        Evidence.of("timeout", shown(rules.timeout()))
            .and("said", SafeText.of(failure))
            .and("last known", last.status()),
        "see what the check waits for, or raise health.timeout if it needs longer");
  }

  Health stale(Duration age, Health last) {
    return new Health.Unknown(
        name,
        "its last two checks did not take place",
        Evidence.of("age", shown(age))
            .and("interval", shown(rules.interval()))
            .and("last known", last.status()),
        "see whether system tasks still run: the timer may be stuck or closed");
  }

  Health threw(Throwable failure) {
    return new Health.Down(
        name,
        SafeText.of(failure),
        Evidence.of("thrown", failure.getClass().getName()),
        "mend what the exception names; if the check itself is at fault, mend " + type);
  }

  private static String shown(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
