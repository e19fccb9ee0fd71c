package dev.weir.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One lane of the {@link GateOracle}: a list of callers and notes of what happened when, from which
 * everything is worked out anew at each question.
 */
final class OracleLane {

  record Caller(String name, long since, long budget) {}

  private record Sent(long at, long interval) {}

  final LaneSettings settings;
  final int place;
  final List<Caller> queue = new ArrayList<>();
  int inUse;
  int rejected;
  double pass;

  /** Which lane began to wait first. */
  int began;

  /** Looks, one after the other without a gap, at which the oldest hurried one stood too long. */
  private final List<Long> looksAbove = new ArrayList<>();

  private final List<Sent> sentAway = new ArrayList<>();

  /** When this busy time began, and each turn in it. */
  private final List<Long> turns = new ArrayList<>(List.of(0L));

  private final List<Long> holds = new ArrayList<>();

  OracleLane(LaneSettings settings, int place) {
    this.settings = settings;
    this.place = place;
  }

  int owed() {
    return Math.max(0, settings.reserved() - inUse);
  }

  void add(Caller caller, long now) {
    if (queue.isEmpty()) {
      turns.clear();
      turns.add(now);
    }
    queue.add(caller);
  }

  void served(long now) {
    turns.add(now);
  }

  void held(long nanos) {
    holds.add(nanos);
  }

  /** The delay that may stand for this caller; empty for one that is patient. */
  OptionalLong target(Caller caller) {
    return switch (settings.codel().mode()) {
      case OFF -> OptionalLong.empty();
      case FIXED -> OptionalLong.of(settings.codel().target().toNanos());
      case BY_BUDGET ->
          caller.budget <= Duration.ofSeconds(2).toNanos()
              ? OptionalLong.of(caller.budget / 40)
              : OptionalLong.empty();
    };
  }

  private boolean isHurried(Caller caller) {
    return target(caller).isPresent();
  }

  /** Whom a look at the queue sends away, if anybody. */
  Optional<Caller> sendAway(long now) {
    Optional<Caller> first = queue.stream().filter(this::isHurried).findFirst();
    long target = first.map(it -> target(it).getAsLong()).orElse(0L);
    if (first.isEmpty() || now - first.get().since <= target) {
      looksAbove.clear();
      return Optional.empty();
    }
    looksAbove.add(now);
    long interval = 20 * target;
    boolean stood = now - looksAbove.getFirst() >= interval || sendingAway(now) >= interval;
    if (queue.size() == 1 || !stood) {
      return Optional.empty();
    }
    sentAway.add(new Sent(now, interval));
    queue.remove(first.get());
    return first;
  }

  /** The longest interval for which the queue was seen to stand; 0 after an interval of rest. */
  private long sendingAway(long now) {
    long longest = 0;
    long until = 0;
    for (Sent sent : sentAway) {
      boolean rested = longest == 0 || sent.at >= until;
      longest = rested ? sent.interval : Math.max(longest, sent.interval);
      until = rested ? sent.at + sent.interval : Math.max(until, sent.at + sent.interval);
    }
    return now < until ? longest : 0;
  }

  /** Takes out whose turn it is. */
  Caller next(long now) {
    Caller first = queue.getFirst();
    boolean newestFirst =
        settings.codel().order() == CoDel.Order.NEWEST_FIRST && sendingAway(now) > 0;
    Caller chosen = first;
    if (newestFirst && isHurried(first)) {
      Caller newest = queue.stream().filter(this::isHurried).toList().getLast();
      boolean overtakesThePatient =
          queue.subList(0, queue.indexOf(newest)).stream().anyMatch(it -> !isHurried(it));
      chosen = overtakesThePatient ? first : newest;
    }
    queue.remove(chosen);
    return chosen;
  }

  boolean isTooLate(Caller caller, long now) {
    long left = caller.budget - (now - caller.since);
    boolean othersWait = !queue.isEmpty();
    return left <= 0 || (othersWait && left < Math.min(usualHold(), caller.budget / 4));
  }

  private long usualHold() {
    long usual = 0;
    for (long hold : holds) {
      usual = usual == 0 ? hold : usual + (hold - usual) / 16;
    }
    return usual;
  }

  /** How long one who comes now would wait, by the pace of this busy time. */
  OptionalLong expectedWait() {
    if (turns.size() <= 64) {
      return OptionalLong.empty();
    }
    double pace = 0;
    for (int i = 1; i < turns.size(); i++) {
      double distance = turns.get(i) - turns.get(i - 1);
      pace += (distance - pace) * Math.max(1.0 / 32, 1.0 / i);
    }
    return OptionalLong.of((long) (pace * (queue.size() + 1)));
  }
}
