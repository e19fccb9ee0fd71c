package dev.weir.tasks.flow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * Callers of two threads who board, look and land, in a hundred interleavings of each scenario: one
 * load at most is under way for a key, and what lands late takes no other's place. Lincheck runs
 * them and needs them public.
 *
 * <p>Scenarios by chance as well: -Dweir.interleavings=100. Seen to fail with these faults planted:
 * {@code board} that looks and puts in two steps, and {@code land} that removes whichever flight
 * has the key.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:1")
@Param(name = "thread", gen = ThreadIdGen.class)
public class FlightInterleavingTest {

  private static final int THREADS = 8;

  private final Flights<Integer, String> flights = new Flights<>();
  private final @Nullable Flight<String>[] led = slots();
  private final int[] keys = new int[THREADS];
  private final int[] counts = new int[THREADS];

  @SuppressWarnings("unchecked") // an array of a generic type
  private static @Nullable Flight<String>[] slots() {
    return (Flight<String>[]) new Flight<?>[THREADS];
  }

  @Test
  void of_two_who_ask_at_once_one_leads() {
    check(
        List.of(),
        List.of(call("board", 1, 0), call("find", 0)),
        List.of(call("board", 2, 0), call("land", 2)));
  }

  @Test
  void a_flight_that_lands_late_leaves_the_next_one_alone() {
    check(
        List.of(call("board", 1, 0)),
        List.of(call("land", 1), call("find", 0)),
        List.of(call("board", 2, 0), call("board", 3, 0)));
  }

  private static void check(List<Actor> before, List<Actor> one, List<Actor> other) {
    new ModelCheckingOptions()
        .iterations(Integer.getInteger("weir.interleavings", 0))
        .invocationsPerIteration(100)
        .threads(2)
        .actorsPerThread(3)
        .sequentialSpecification(OneAfterTheOther.class)
        .addCustomScenario(
            new ExecutionScenario(
                before, List.of(one, other), List.of(call("find", 0), call("board", 4, 0)), null))
        .check(FlightInterleavingTest.class);
  }

  private static Actor call(String name, Object... arguments) {
    return Stream.of(FlightInterleavingTest.class.getMethods())
        .filter(it -> it.getName().equals(name))
        .map(it -> new Actor(it, List.of(arguments)))
        .findFirst()
        .orElseThrow();
  }

  /** Whose load it is: the caller's own, or that of the first, told by its name. */
  @Operation
  public String board(@Param(name = "thread") int thread, @Param(name = "key") int key) {
    if (led[thread] != null) {
      return "leads already";
    }
    var fresh = new Flight<String>(thread + "#" + counts[thread]);
    Flight<String> flight = flights.board(key, fresh);
    if (flight == fresh) {
      led[thread] = fresh;
      keys[thread] = key;
      counts[thread]++;
    }
    return flight.toString();
  }

  @Operation
  public @Nullable String find(@Param(name = "key") int key) {
    Flight<String> flight = flights.find(key);
    return flight == null ? null : flight.toString();
  }

  /** Its load ends: over first, out of the book then. */
  @Operation
  public boolean land(@Param(name = "thread") int thread) {
    Flight<String> own = led[thread];
    if (own == null) {
      return false;
    }
    led[thread] = null;
    own.refused(new IllegalStateException("over"));
    flights.land(keys[thread], own);
    return true;
  }

  /** The rule, said with a map. */
  public static class OneAfterTheOther {

    private final Map<Integer, String> flying = new HashMap<>();
    private final int[] keys = new int[THREADS];
    private final int[] counts = new int[THREADS];
    private final boolean[] leads = new boolean[THREADS];

    public String board(int thread, int key) {
      if (leads[thread]) {
        return "leads already";
      }
      if (!flying.containsKey(key)) {
        flying.put(key, thread + "#" + counts[thread]++);
        leads[thread] = true;
        keys[thread] = key;
      }
      return flying.get(key);
    }

    public @Nullable String find(int key) {
      return flying.get(key);
    }

    public boolean land(int thread) {
      if (!leads[thread]) {
        return false;
      }
      leads[thread] = false;
      flying.remove(keys[thread]);
      return true;
    }
  }
}
