package dev.weir.testkit.network;

import dev.weir.testkit.time.Waiting;
import dev.weir.testkit.wire.ProxyRule;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is known of a rule: how often it has applied, and whether and why it is over. */
public final class StandingRule implements ProxyRule {
  private static final String SPENT = "it has cut";

  private final String what;
  private final Supplier<String> circumstances;
  private final AtomicLong times = new AtomicLong();
  private final AtomicReference<@Nullable String> over = new AtomicReference<>();
  private volatile @Nullable RuntimeException failure;

  /**
   * @param circumstances what else shall be told when it has been awaited in vain; may be empty
   */
  public StandingRule(String what, Supplier<String> circumstances) {
    this.what = what;
    this.circumstances = circumstances;
  }

  public boolean isOver() {
    return over.get() != null;
  }

  /** True for the one who may cut. */
  public boolean claim() {
    return over.compareAndSet(null, SPENT);
  }

  public void applied() {
    times.incrementAndGet();
  }

  public void end(String why) {
    over.compareAndSet(null, why);
  }

  public void fail(RuntimeException thrown) {
    failure = thrown;
    end("its condition threw");
  }

  @Override
  public long times() {
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw new IllegalStateException(
          "The condition of the rule \"%s\" threw, so the rule is lifted and its count means nothing"
              .formatted(what),
          thrown);
    }
    return times.get();
  }

  @Override
  public void await(Duration patience) {
    Waiting.until(
        patience, this::description, () -> failure != null || times.get() > 0 || isDead());
    if (times() == 0) {
      throw new AssertionError("Waited in vain for " + description());
    }
  }

  /** A rule that was claimed is over too, but will still apply. */
  private boolean isDead() {
    return isOver() && !SPENT.equals(over.get());
  }

  private String description() {
    String end = isDead() ? ", which is over: " + over.get() : "";
    return "the rule \"" + what + "\" to apply" + end + circumstances.get();
  }

  @Override
  public void lift() {
    end("it was lifted");
  }

  @Override
  public String toString() {
    return what;
  }
}
