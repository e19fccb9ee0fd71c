package dev.weir.gate;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a caller is told no, noted under the gate's lock; the exception is made outside.
 *
 * @param lane what the lane looked like then
 * @param advice what to change, in the owner's words
 * @param reason why
 * @param waitedNanos how long the caller had waited
 * @param retryAfter when another try may do better; null if nobody knows
 */
record Refusal(
    LaneSnapshot lane,
    String advice,
    Reason reason,
    long waitedNanos,
    @Nullable Duration retryAfter) {

  /** The same with a retry no sooner than that. */
  Refusal notBefore(long nanos) {
    boolean later = retryAfter != null && retryAfter.toNanos() >= nanos;
    return later ? this : new Refusal(lane, advice, reason, waitedNanos, Duration.ofNanos(nanos));
  }

  AdmissionRejectedException exception() {
    return new AdmissionRejectedException(this);
  }
}
