package dev.weir.testkit.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens to one message: it waits, and then passes unless a rule cuts. */
record Verdict(Duration delay, @Nullable MessageRule cut) {
  static final Verdict PASS = new Verdict(Duration.ZERO, null);
}
