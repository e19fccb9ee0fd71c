package dev.weir.testkit.protocol;

import dev.weir.testkit.network.StandingRule;
import dev.weir.testkit.wire.Message;
import dev.weir.testkit.wire.MessagePattern;
import java.time.Duration;

/** What shall happen to which messages. */
record MessageRule(MessagePattern pattern, Effect effect, Duration delay, StandingRule rule) {
  enum Effect {
    COUNT,
    DELAY,
    CUT_BEFORE,
    CUT_AFTER,
    /** Cuts before, and the receiver does not hear of it. */
    VANISH
  }

  /** A condition that throws ends its rule, and the message goes on as if there were none. */
  boolean matches(Message message) {
    try {
      return !rule.isOver() && pattern.matches(message);
    } catch (RuntimeException e) {
      rule.fail(e);
      return false;
    }
  }
}
