package dev.weir.gate;

/**
 * What a lane looked like at one moment. Immutable.
 *
 * @param gate the gate's name
 * @param name the lane's name
 * @param reserved permits that no other lane may take
 * @param limit the most permits it may hold, {@link Lane#UNLIMITED} if only the gate's limit counts
 * @param queueBound the most callers that may wait
 * @param inUse permits held now
 * @param queued callers waiting now
 * @param admitted callers let in since the start
 * @param waited those of them that had to wait
 * @param rejected callers refused since the start, for whatever reason
 * @param shedding whether callers are refused now because too many stand above the lane's target
 * @param gatePermits the permits that the whole gate has now
 * @param gateInUse the permits held in all lanes together
 */
public record LaneSnapshot(
    String gate,
    String name,
    int reserved,
    int limit,
    int queueBound,
    int inUse,
    int queued,
    long admitted,
    long waited,
    long rejected,
    boolean shedding,
    int gatePermits,
    int gateInUse) {

  String limitText() {
    return limit == Lane.UNLIMITED ? "none" : Integer.toString(limit);
  }
}
