package dev.weir.tasks.event;

import java.util.Map;

/** Makes a subscriber's figures of what is counted: what was delivered is what remains. */
final class Figures {

  private Figures() {}

  static SubscriptionSnapshot of(Target target, long offered) {
    Tally tally = target.tally;
    Map<DropReason, Long> dropped = tally.drops();
    long failed = tally.failed.sum();
    long lost = dropped.values().stream().mapToLong(Long::longValue).sum();
    int queued = target instanceof Queued it ? it.backlog.size() : 0;
    int busy = target instanceof Queued it ? it.crew.holds() : 0;
    return new SubscriptionSnapshot(
        target.name(),
        target.type(),
        offered,
        Math.max(0, offered - failed - lost - queued - busy),
        failed,
        tally.timedOut.sum(),
        dropped,
        queued,
        target instanceof Queued it ? it.backlog.capacity() : 0,
        target instanceof Queued it ? it.crew.size() : 0,
        target.isIsolated(),
        tally.meanTime());
  }
}
