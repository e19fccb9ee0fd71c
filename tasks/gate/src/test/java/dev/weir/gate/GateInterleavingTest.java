package dev.weir.gate;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Calls of two and three threads, each scenario run in a hundred interleavings: what they return
 * must be what they would return one after the other, in some order, by the plain rules of {@link
 * OneAfterTheOther}. Lincheck runs them and needs them public.
 *
 * <p>Seen to fail with these faults planted: {@code tryEnter} without the lock (both tests), and
 * {@code cancel} that looks under one hold of the lock and removes under the next (the test of
 * leaving: one "left", and the permit given to it is lost).
 */
@Param(name = "lane", gen = IntGen.class, conf = "0:1")
@Param(name = "limit", gen = IntGen.class, conf = "0:3")
@Param(name = "thread", gen = ThreadIdGen.class)
public class GateInterleavingTest {

  private static final int THREADS = 8;
  private static final List<LaneSettings> LANES =
      List.of(
          LaneSettings.named("a").reserved(1).queueBound(1).codel(CoDel.off()),
          LaneSettings.named("b").weight(2).codel(CoDel.off()));

  private final Gate gate = new Gate("g", 2, LANES, new Gate.Outside(1, () -> 0, () -> {}));
  private final Lane a = gate.lane("a");
  private final Lane b = gate.lane("b");
  private final @Nullable ParkedWaiter[] waiters = new ParkedWaiter[THREADS];
  private final int[] lanes = new int[THREADS];

  @Test
  void three_threads_get_what_they_would_get_one_after_the_other() {
    options().iterations(6).threads(3).actorsPerThread(2).check(GateInterleavingTest.class);
  }

  @Test
  void a_caller_that_leaves_while_its_word_is_on_the_way_gets_a_permit_or_leaves_it_to_others() {
    for (Actor other : List.of(call("release", 1), call("close"), call("refuseWaiting"))) {
      options()
          .iterations(0)
          .addCustomScenario(
              new ExecutionScenario(
                  List.of(call("addSupply"), call("tryAcquire", 1), call("tryAcquire", 0)),
                  List.of(
                      List.of(call("request", 1, 1), call("leave", 1)),
                      List.of(other, call("tryAcquire", 1))),
                  List.of(call("tryAcquire", 1), call("figures", 1)),
                  null))
          .check(GateInterleavingTest.class);
    }
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .invocationsPerIteration(100)
        .actorsBefore(3)
        .actorsAfter(3)
        .sequentialSpecification(OneAfterTheOther.class)
        // Texts are made outside the lock, from what is immutable.
        .addGuarantee(
            forClasses(AdmissionRejectedException.class.getName(), Formatter.class.getName())
                .allMethods()
                .ignore());
  }

  private static Actor call(String name, Object... arguments) {
    return Stream.of(GateInterleavingTest.class.getMethods())
        .filter(it -> it.getName().equals(name))
        .map(it -> new Actor(it, List.of(arguments)))
        .findFirst()
        .orElseThrow();
  }

  private Lane lane(int lane) {
    return lane == 0 ? a : b;
  }

  @Operation
  public boolean tryAcquire(@Param(name = "lane") int lane) {
    return lane(lane).tryAcquire();
  }

  @Operation
  public boolean release(@Param(name = "lane") int lane) {
    try {
      lane(lane).release();
      return true;
    } catch (IllegalStateException _) {
      return false;
    }
  }

  @Operation
  public String request(@Param(name = "thread") int thread, @Param(name = "lane") int lane) {
    if (waiters[thread] != null) {
      return "has asked already";
    }
    var waiter = new ParkedWaiter(Deadline.NONE);
    try {
      lane(lane).request(waiter);
    } catch (AdmissionRejectedException refusal) {
      return refusal.reason().name();
    }
    waiters[thread] = waiter;
    lanes[thread] = lane;
    return "asked";
  }

  /** As a caller whose deadline has passed: it leaves, unless its word is already on the way. */
  @Operation
  public String leave(@Param(name = "thread") int thread) {
    ParkedWaiter waiter = waiters[thread];
    if (waiter == null) {
      return "asked for nothing";
    }
    waiters[thread] = null;
    if (lane(lanes[thread]).cancel(waiter)) {
      return "left";
    }
    waiter.awaitWord();
    Refusal no = waiter.verdict;
    return no == null ? "admitted" : no.reason().name();
  }

  @Operation
  public void resize(@Param(name = "limit") int limit) {
    gate.resize(limit);
  }

  @Operation
  public void addSupply() {
    gate.addSupply();
  }

  @Operation
  public boolean tryTakeSupply() {
    return gate.tryTakeSupply();
  }

  @Operation
  public void refuseWaiting() {
    gate.refuseWaiting(Duration.ZERO);
  }

  @Operation
  public void close() {
    gate.close();
  }

  @Operation
  public String figures(@Param(name = "lane") int lane) {
    LaneSnapshot it = lane(lane).snapshot();
    return it.inUse() + " in use, " + it.queued() + " wait, of " + it.gatePermits();
  }

  /** The rules for these two lanes, said with a list and a few sums. */
  public static class OneAfterTheOther {

    private final List<Caller> waiting = new ArrayList<>();
    private final @Nullable Caller[] callers = new Caller[THREADS];
    private final int[] inUse = {0, 0};
    private final int[] turn = {0, 0};
    private int lastTurn;
    private int limit = 2;
    private int supply = 1;
    private boolean closed;

    private static final class Caller {
      private final int lane;
      private String told = "nothing";

      Caller(int lane) {
        this.lane = lane;
      }
    }

    private boolean mayEnter(int lane) {
      int free = Math.min(limit, supply) - inUse[0] - inUse[1];
      int keptForFirstLane = lane == 1 && inUse[0] == 0 ? 1 : 0;
      return free > keptForFirstLane;
    }

    private int queued(int lane) {
      int sum = 0;
      for (Caller one : waiting) {
        sum += one.lane == lane ? 1 : 0;
      }
      return sum;
    }

    public boolean tryAcquire(int lane) {
      boolean enters = !closed && queued(lane) == 0 && mayEnter(lane);
      inUse[lane] += enters ? 1 : 0;
      return enters;
    }

    public boolean release(int lane) {
      boolean some = inUse[lane] > 0;
      if (some) {
        inUse[lane]--;
        admit();
      }
      return some;
    }

    public String request(int thread, int lane) {
      if (callers[thread] != null) {
        return "has asked already";
      }
      var caller = new Caller(lane);
      if (tryAcquire(lane)) {
        caller.told = "admitted";
      } else if (closed) {
        return "CLOSED";
      } else if (lane == 0 && queued(lane) == 1) {
        return "QUEUE_FULL";
      } else {
        turn[lane] = queued(lane) == 0 ? Math.max(turn[lane], lastTurn) : turn[lane];
        waiting.add(caller);
      }
      callers[thread] = caller;
      return "asked";
    }

    public String leave(int thread) {
      Caller caller = callers[thread];
      if (caller == null) {
        return "asked for nothing";
      }
      callers[thread] = null;
      return waiting.remove(caller) ? "left" : caller.told;
    }

    /** While somebody may enter: the first lane if it has nothing, else whose turn it is. */
    private void admit() {
      for (int lane = next(); lane >= 0; lane = next()) {
        for (Caller one : waiting) {
          if (one.lane == lane) {
            waiting.remove(one);
            one.told = "admitted";
            inUse[lane]++;
            lastTurn = turn[lane];
            turn[lane] += lane == 0 ? 2 : 1;
            break;
          }
        }
      }
    }

    private int next() {
      boolean first = queued(0) > 0 && mayEnter(0);
      boolean second = queued(1) > 0 && mayEnter(1);
      if (first && second) {
        return inUse[0] == 0 || turn[0] <= turn[1] ? 0 : 1;
      }
      return first ? 0 : second ? 1 : -1;
    }

    public void resize(int to) {
      limit = to;
      admit();
    }

    public void addSupply() {
      supply++;
      admit();
    }

    public boolean tryTakeSupply() {
      boolean spare = supply > inUse[0] + inUse[1];
      supply -= spare ? 1 : 0;
      return spare;
    }

    public void refuseWaiting() {
      refuseAll("UNAVAILABLE");
    }

    public void close() {
      closed = true;
      refuseAll("CLOSED");
    }

    private void refuseAll(String reason) {
      for (Caller one : waiting) {
        one.told = reason;
      }
      waiting.clear();
    }

    public String figures(int lane) {
      int permits = Math.min(limit, supply);
      return inUse[lane] + " in use, " + queued(lane) + " wait, of " + permits;
    }
  }
}
