package dev.weir.gate;

import java.time.Duration;

/**
 * A gate said no: the caller holds no permit and may try again, elsewhere or later.
 *
 * <p>The message names the lane, the reason, the state of the gate and what to change, in the words
 * of {@link LaneSettings#advice()} if there are any. Immutable but for suppressed exceptions. A
 * {@link Reason#QUEUE_FULL} carries no stack trace: it must stay cheap while it rains.
 */
public final class AdmissionRejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String gate;
  private final String lane;
  private final Reason reason;
  private final int queued;

  AdmissionRejectedException(LaneSnapshot lane, String advice, Reason reason, long waitedNanos) {
    super(text(lane, advice, reason, waitedNanos), null, true, reason != Reason.QUEUE_FULL);
    this.gate = lane.gate();
    this.lane = lane.name();
    this.reason = reason;
    this.queued = lane.queued();
  }

  /** The name of the gate that refused. */
  public String gate() {
    return gate;
  }

  /** The lane in which the caller stood. */
  public String lane() {
    return lane;
  }

  /** Why it was refused. */
  public Reason reason() {
    return reason;
  }

  /** How many callers waited in the lane at that moment. */
  public int queued() {
    return queued;
  }

  private static String text(LaneSnapshot lane, String advice, Reason reason, long waitedNanos) {
    String state =
        "%d of %d permits in use, %d of them by this lane (its limit: %s), %d waiting"
            .formatted(
                lane.gateInUse(), lane.gateLimit(), lane.inUse(), lane.limitText(), lane.queued());
    String who = "lane '%s' of gate '%s'".formatted(lane.name(), lane.gate());
    return switch (reason) {
      case DEADLINE ->
          "No permit in %s after %s: %s. %s"
              .formatted(
                  who,
                  millis(waitedNanos),
                  state,
                  orElse(
                      advice,
                      "Return permits sooner, give the call more time, or raise the limit."));
      case QUEUE_FULL ->
          "No place left to wait in %s: its queue is bounded to %d; %s. %s"
              .formatted(
                  who,
                  lane.queueBound(),
                  state,
                  orElse(advice, "Send less at once, or raise the queue bound or the limit."));
      case INTERRUPTED ->
          "Interrupted after %s of waiting in %s: %s. The interrupt flag is set again."
              .formatted(millis(waitedNanos), who, state);
      case CLOSED ->
          "Closed: %s admits nobody any more. Stop calling it once its owner closes or drains."
              .formatted(who);
    };
  }

  private static String orElse(String advice, String general) {
    return advice.isEmpty() ? general : advice;
  }

  private static String millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis() + " ms";
  }

  /** Why a gate refuses. */
  public enum Reason {
    /** The caller's deadline passed while it waited. */
    DEADLINE,
    /** As many callers wait in the lane as it allows. */
    QUEUE_FULL,
    /** The waiting thread was interrupted. */
    INTERRUPTED,
    /** The gate was closed. */
    CLOSED
  }
}
