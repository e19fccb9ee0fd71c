package dev.weir.testkit.protocol;

import dev.weir.testkit.network.Inspection;
import dev.weir.testkit.network.StandingRule;
import dev.weir.testkit.wire.Message;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.MessageType;
import dev.weir.testkit.wire.ProxyRule;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The rules that stand for the messages of all connections of one proxy. Safe for any thread. */
public final class RuleBook {
  private final List<MessageRule> rules = new CopyOnWriteArrayList<>();
  private final LongAdder roundTrips = new LongAdder();
  private volatile String unreadable = "";

  /** Reads a connection from its first byte on. */
  public Inspection inspection(long connection) {
    var dialogue = new Dialogue(this, connection);
    return (direction, outlet) -> new MessageStream(dialogue, direction, this, outlet);
  }

  public ProxyRule cutBefore(MessagePattern pattern) {
    return stand("cut before " + pattern, pattern, MessageRule.Effect.CUT_BEFORE, Duration.ZERO);
  }

  public ProxyRule cutAfter(MessagePattern pattern) {
    return stand("cut after " + pattern, pattern, MessageRule.Effect.CUT_AFTER, Duration.ZERO);
  }

  public ProxyRule vanish(MessagePattern pattern) {
    return stand("vanish before " + pattern, pattern, MessageRule.Effect.VANISH, Duration.ZERO);
  }

  public ProxyRule delay(MessagePattern pattern, Duration delay) {
    String what = "delay %s by %d ms".formatted(pattern, delay.toMillis());
    return stand(what, pattern, MessageRule.Effect.DELAY, delay);
  }

  public ProxyRule count(MessagePattern pattern) {
    return stand("count " + pattern, pattern, MessageRule.Effect.COUNT, Duration.ZERO);
  }

  public long roundTrips() {
    return roundTrips.sum();
  }

  /** Ends all rules. */
  public void close() {
    rules.forEach(rule -> rule.rule().end("the proxy was closed"));
    rules.clear();
  }

  private ProxyRule stand(
      String what, MessagePattern pattern, MessageRule.Effect effect, Duration delay) {
    Objects.requireNonNull(pattern, "pattern");
    rules.removeIf(rule -> rule.rule().isOver());
    var standing = new StandingRule(what, () -> unreadable);
    rules.add(new MessageRule(pattern, effect, delay, standing));
    return standing;
  }

  boolean wants(MessageType type) {
    for (MessageRule rule : rules) {
      if (rule.pattern().concerns(type)) {
        return true;
      }
    }
    return false;
  }

  void clientWaits() {
    roundTrips.increment();
  }

  Verdict judge(Message message) {
    Duration delay = Duration.ZERO;
    @Nullable MessageRule cut = null;
    for (MessageRule rule : rules) {
      if (!rule.matches(message)) {
        continue;
      }
      switch (rule.effect()) {
        case COUNT -> rule.rule().applied();
        case DELAY -> {
          rule.rule().applied();
          delay = delay.compareTo(rule.delay()) > 0 ? delay : rule.delay();
        }
        case CUT_BEFORE, CUT_AFTER, VANISH -> cut = cut == null && rule.rule().claim() ? rule : cut;
      }
    }
    return new Verdict(delay, cut);
  }

  void cannotRead(long connection, String why) {
    unreadable = "; connection %d cannot be read, for it %s".formatted(connection, why);
  }
}
