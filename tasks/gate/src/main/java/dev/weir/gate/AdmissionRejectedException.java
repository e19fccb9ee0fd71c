package dev.weir.gate;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A gate said no: the caller holds no permit and may try again, elsewhere or later.
 *
 * <p>The message names the lane, the reason, the state of the gate and what to change, in the words
 * of {@link LaneSettings#advice()} if there are any. Immutable but for suppressed exceptions.
 * {@link Reason#QUEUE_FULL}, {@link Reason#OVERLOADED}, {@link Reason#PAUSED} and {@link
 * Reason#CIRCUIT_OPEN} carry no stack trace: they must stay cheap while it rains.
 */
public final class AdmissionRejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String gate;
  private final String lane;
  private final Reason reason;
  private final int queued;

  private final long retryAfterNanos;

  AdmissionRejectedException(String circuit, String text, Duration retryAfter) {
    super(text, null, true, false);
    this.gate = circuit;
    this.lane = circuit;
    this.reason = Reason.CIRCUIT_OPEN;
    this.queued = 0;
    this.retryAfterNanos = retryAfter.toNanos();
  }

  AdmissionRejectedException(Refusal no) {
    super(text(no), null, true, !no.reason().isCheap());
    this.gate = no.lane().gate();
    this.lane = no.lane().name();
    this.reason = no.reason();
    this.queued = no.lane().queued();
    Duration later = no.retryAfter();
    this.retryAfterNanos = later == null ? 0 : later.toNanos();
  }

  /** The name of the gate, or of the circuit, that refused. */
  public String gate() {
    return gate;
  }

  /** The lane in which the caller stood; a circuit's own name, which has none. */
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

  /**
   * When another try may do better, by the pace at which the lane has served of late; add some
   * chance to it, so that those refused together do not come back together. Empty if nobody knows.
   */
  public Optional<Duration> retryAfter() {
    return retryAfterNanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(retryAfterNanos));
  }

  private static String text(Refusal no) {
    LaneSnapshot lane = no.lane();
    String state =
        "%d of %d permits in use, %d of them by this lane (its limit: %s), %d waiting"
            .formatted(
                lane.gateInUse(),
                lane.gatePermits(),
                lane.inUse(),
                lane.limitText(),
                lane.queued());
    String who = "lane '%s' of gate '%s'".formatted(lane.name(), lane.gate());
    String waited = Duration.ofNanos(no.waitedNanos()).toMillis() + " ms";
    String general = no.advice().isEmpty() ? no.reason().advice : no.advice();
    String later = retryText(no.retryAfter());
    return switch (no.reason()) {
      case DEADLINE ->
          "No permit in %s after %s: %s. %s".formatted(who, waited, state, general + later);
      case OVERLOADED ->
          "Refused by %s after %s, because callers have stood too long in its queue: %s. %s"
              .formatted(who, waited, state, general + later);
      case QUEUE_FULL ->
          "No place left to wait in %s: its queue is bounded to %d; %s. %s"
              .formatted(who, lane.queueBound(), state, general + later);
      case INTERRUPTED ->
          "Interrupted after %s of waiting in %s: %s. The interrupt flag is set again."
              .formatted(waited, who, state);
      case UNAVAILABLE -> "Nothing to be had behind %s after %s: %s.".formatted(who, waited, state);
      case CLOSED ->
          "Closed: %s admits nobody any more. Stop calling it once its owner closes or drains."
              .formatted(who);
      case PAUSED ->
          "Paused: %s admits nobody for now, because %s. Come back later."
              .formatted(who, no.advice());
      case CIRCUIT_OPEN -> throw new IllegalArgumentException("a gate has no circuit: " + who);
    };
  }

  private static String retryText(@Nullable Duration later) {
    return later == null ? "" : " Another try may do better in " + later.toMillis() + " ms.";
  }

  /** Why a gate refuses. */
  public enum Reason {
    /** The caller's time passed while it waited, or was seen not to be enough. */
    DEADLINE("Return permits sooner, give the call more time, or raise the limit."),
    /** Too many stood too long in the lane; see {@link CoDel}. */
    OVERLOADED("Send less at once, return permits sooner, or raise the limit."),
    /** As many callers wait in the lane as it allows. */
    QUEUE_FULL("Send less at once, or raise the queue bound or the limit."),
    /** The waiting thread was interrupted. */
    INTERRUPTED(""),
    /** What the permits stand for cannot be had: the owner of the gate knows why. */
    UNAVAILABLE(""),
    /** The gate was closed. */
    CLOSED(""),
    /** The lane is paused; see {@link Lane#pause}. */
    PAUSED(""),
    /** What is called has failed too often of late; see {@link Circuit}. */
    CIRCUIT_OPEN("");

    private final String advice;

    Reason(String advice) {
      this.advice = advice;
    }

    private boolean isCheap() {
      return this == QUEUE_FULL || this == OVERLOADED || this == PAUSED || this == CIRCUIT_OPEN;
    }
  }
}
