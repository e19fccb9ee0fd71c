package dev.weir.testkit.protocol;

import dev.weir.testkit.network.Outlet;
import dev.weir.testkit.wire.Direction;
import dev.weir.testkit.wire.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection, read as messages. Bytes go on in one piece as they came, unless a
 * rule parts them; only the first bytes of a message that came in pieces are kept back, until it is
 * known what the message is.
 */
final class MessageStream implements Outlet {
  /** So much of a message is looked at, in bytes; what is longer goes on unseen. */
  private static final int HEAD = 16 * 1024;

  private static final byte[] NONE = {};

  private final Dialogue dialogue;
  private final Direction direction;
  private final RuleBook rules;
  private final Outlet next;
  private final Texts texts = new Texts();

  private byte[] held = NONE;

  /** What has come: passed on up to {@code passed}, judged up to {@code judged}. */
  private byte[] bytes = NONE;

  private int passed;
  private int judged;
  private int end;

  /** Bytes of the message under judgement that have not come yet. */
  private long rest;

  private @Nullable MessageRule cutAfterRest;

  MessageStream(Dialogue dialogue, Direction direction, RuleBook rules, Outlet next) {
    this.dialogue = dialogue;
    this.direction = direction;
    this.rules = rules;
    this.next = next;
  }

  @Override
  public void pass(byte[] arrived, int from, int length) throws IOException, InterruptedException {
    take(arrived, from, length);
    boolean goesOn = true;
    while (goesOn) {
      goesOn = rest > 0 ? passRest() : judgeNext();
    }
    passOn(dialogue.isOpaque() ? end : judged);
    held = passed == end ? NONE : Arrays.copyOfRange(bytes, passed, end);
    bytes = NONE;
  }

  private void take(byte[] arrived, int from, int length) {
    if (held.length == 0) {
      bytes = arrived;
      passed = from;
      end = from + length;
    } else {
      bytes = Arrays.copyOf(held, held.length + length);
      System.arraycopy(arrived, from, bytes, held.length, length);
      passed = 0;
      end = bytes.length;
    }
    judged = passed;
  }

  /** Goes on to the end of a judged message; false if that is not there yet, or was the last. */
  private boolean passRest() throws IOException {
    int there = (int) Math.min(rest, end - judged);
    judged += there;
    rest -= there;
    MessageRule rule = cutAfterRest;
    if (rest == 0 && rule != null) {
      cut(rule);
      return false;
    }
    return rest == 0;
  }

  /** Judges the next message; false if too little of it is there, or it was the last. */
  private boolean judgeNext() throws IOException, InterruptedException {
    Frame frame = dialogue.frame(direction, bytes, judged, end);
    if (frame == null || end - judged < Math.min(frame.length(), HEAD)) {
      return false;
    }
    dialogue.seen(frame.type());
    Verdict verdict = verdict(frame);
    if (verdict.delay().isPositive()) {
      passOn(judged);
      next.hold(verdict.delay());
    }
    MessageRule cut = verdict.cut();
    if (cut != null && cut.effect() != MessageRule.Effect.CUT_AFTER) {
      cut(cut);
      return false;
    }
    cutAfterRest = cut;
    rest = frame.length();
    return true;
  }

  private Verdict verdict(Frame frame) {
    boolean wanted = rules.wants(frame.type());
    if (!wanted && !Texts.remembers(frame.type())) {
      return Verdict.PASS;
    }
    int headEnd = judged + (int) Math.min(frame.length(), HEAD);
    String text = texts.of(frame.type(), new Body(bytes, judged + frame.header(), headEnd));
    return wanted
        ? rules.judge(new Message(dialogue.number(), frame.type(), frame.length(), text))
        : Verdict.PASS;
  }

  private void passOn(int upTo) throws IOException, InterruptedException {
    if (upTo > passed) {
      next.pass(bytes, passed, upTo - passed);
      passed = upTo;
    }
  }

  /** What was judged goes on, the rest is nobody's. */
  private void cut(MessageRule rule) throws IOException {
    try {
      boolean heard = rule.effect() != MessageRule.Effect.VANISH;
      next.cut(bytes, passed, judged - passed, heard);
    } finally {
      passed = end;
      judged = end;
      rule.rule().applied();
    }
  }

  @Override
  public void hold(Duration time) throws InterruptedException {
    next.hold(time);
  }

  @Override
  public void cut(byte[] last, int from, int length, boolean heard) throws IOException {
    next.cut(last, from, length, heard);
  }

  @Override
  public void finish() throws IOException, InterruptedException {
    if (held.length > 0) {
      next.pass(held, 0, held.length);
      held = NONE;
    }
    next.finish();
  }
}
