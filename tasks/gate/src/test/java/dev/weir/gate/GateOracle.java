package dev.weir.gate;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The rules of a gate in the plainest words: lists, sums and a sort. For one thread. */
final class GateOracle {

  /** Who was told what, in that order. */
  final List<String> told = new ArrayList<>();

  long now;
  private final List<OracleLane> lanes;
  private int limit;
  private int supply;
  private boolean closed;
  private double pass;
  private int began;

  GateOracle(int limit, int supply, List<LaneSettings> lanes) {
    this.limit = limit;
    this.supply = supply;
    this.lanes =
        IntStream.range(0, lanes.size()).mapToObj(i -> new OracleLane(lanes.get(i), i)).toList();
  }

  OracleLane lane(String name) {
    return lanes.stream().filter(it -> it.settings.name().equals(name)).findFirst().orElseThrow();
  }

  int inUse() {
    return lanes.stream().mapToInt(it -> it.inUse).sum();
  }

  int supply() {
    return supply;
  }

  int permits() {
    return Math.min(limit, supply);
  }

  private int queued() {
    return lanes.stream().mapToInt(it -> it.queue.size()).sum();
  }

  private boolean mayEnter(OracleLane lane) {
    int free = permits() - inUse();
    int owedToOthers = lanes.stream().filter(it -> it != lane).mapToInt(OracleLane::owed).sum();
    boolean fromReserve = lane.owed() > 0;
    return free > 0 && lane.inUse < lane.settings.limit() && (fromReserve || free > owedToOthers);
  }

  boolean tryAcquire(String name) {
    OracleLane lane = lane(name);
    boolean enters = !closed && lane.queue.isEmpty() && mayEnter(lane);
    lane.inUse += enters ? 1 : 0;
    return enters;
  }

  void request(String name, String who, long budget) {
    OracleLane lane = lane(name);
    var caller = new OracleLane.Caller(who, now, budget);
    if (tryAcquire(name)) {
      told.add(who);
    } else if (closed) {
      refuse(lane, caller, Reason.CLOSED);
    } else if (lane.queue.size() >= lane.settings.queueBound()) {
      refuse(lane, caller, Reason.QUEUE_FULL);
    } else if (supply >= limit && lane.expectedWait().orElse(-1) / 2 > budget) {
      refuse(lane, caller, Reason.DEADLINE);
    } else {
      if (lane.queue.isEmpty()) {
        lane.pass = Math.max(lane.pass, pass);
        lane.began = began++;
      }
      lane.add(caller, now);
      sendAway(lane);
    }
  }

  private void refuse(OracleLane lane, OracleLane.Caller caller, Reason reason) {
    lane.rejected++;
    long retry = reason == Reason.CLOSED ? 0 : lane.expectedWait().orElse(0);
    if (reason == Reason.OVERLOADED) {
      retry = Math.max(retry, 20 * lane.target(caller).orElseThrow());
    }
    told.add("%s %s %d %d".formatted(caller.name(), reason, lane.queue.size(), retry));
  }

  private void sendAway(OracleLane lane) {
    for (var gone = lane.sendAway(now); gone.isPresent(); gone = lane.sendAway(now)) {
      refuse(lane, gone.get(), Reason.OVERLOADED);
    }
  }

  boolean cancel(String name, String who) {
    return lane(name).queue.removeIf(it -> it.name().equals(who));
  }

  void release(String name) {
    lane(name).inUse--;
    admitAll();
  }

  void held(String name, long nanos) {
    lane(name).held(nanos);
  }

  void resize(int limit) {
    this.limit = limit;
    admitAll();
  }

  void addSupply() {
    supply++;
    admitAll();
  }

  void loseSupply() {
    supply--;
  }

  boolean tryTakeSupply() {
    boolean spare = supply > inUse();
    supply -= spare ? 1 : 0;
    return spare;
  }

  void close() {
    closed = true;
    refuseWaiting(Reason.CLOSED, 0);
  }

  void refuseWaiting(long atLeast) {
    refuseWaiting(Reason.UNAVAILABLE, atLeast);
  }

  private void refuseWaiting(Reason reason, long atLeast) {
    var waiting =
        lanes.stream()
            .filter(it -> !it.queue.isEmpty())
            .sorted(Comparator.comparingInt(it -> it.began))
            .toList();
    for (OracleLane lane : waiting) {
      for (var caller : List.copyOf(lane.queue)) {
        if (now - caller.since() >= atLeast) {
          lane.queue.remove(caller);
          refuse(lane, caller, reason);
        }
      }
    }
  }

  private void admitAll() {
    for (var lane = nextLane(); lane.isPresent(); lane = nextLane()) {
      admitOne(lane.get());
    }
  }

  private Optional<OracleLane> nextLane() {
    var order =
        Comparator.comparingInt((OracleLane it) -> it.owed() > 0 ? 0 : 1)
            .thenComparingDouble(it -> it.pass)
            .thenComparingInt(it -> it.place);
    return lanes.stream().filter(it -> !it.queue.isEmpty() && mayEnter(it)).min(order);
  }

  private void admitOne(OracleLane lane) {
    sendAway(lane);
    OracleLane.Caller next = lane.next(now);
    if (lane.isTooLate(next, now)) {
      refuse(lane, next, Reason.DEADLINE);
      return;
    }
    pass = lane.pass;
    lane.pass += 1.0 / lane.settings.weight();
    lane.served(now);
    lane.inUse++;
    told.add(next.name());
  }

  int demand() {
    int owed = lanes.stream().mapToInt(OracleLane::owed).sum();
    return inUse() + (queued() == 0 ? 0 : queued() + owed);
  }

  String figures() {
    var all = new StringBuilder("%d of %d, %d".formatted(inUse(), permits(), demand()));
    lanes.forEach(
        it ->
            all.append(
                "; %s %d/%d/%d"
                    .formatted(it.settings.name(), it.inUse, it.queue.size(), it.rejected)));
    return all.toString();
  }
}
