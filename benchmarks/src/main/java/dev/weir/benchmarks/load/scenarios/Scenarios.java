package dev.weir.benchmarks.load.scenarios;

import java.util.List;
import java.util.Map;

/** All scenarios there are. */
public final class Scenarios {

  private Scenarios() {}

  /** Their names, in the order in which they run. */
  public static List<String> names() {
    return all(Map.of()).stream().map(Scenario::name).toList();
  }

  /**
   * Those with these names, in this order.
   *
   * @param variants of Weir to run beside itself: the name of each, and the system property it is
   *     started with, as {@code property:value}
   */
  public static List<Scenario> of(List<String> names, Map<String, String> variants) {
    List<Scenario> all = all(variants);
    return names.stream()
        .map(name -> all.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow())
        .toList();
  }

  private static List<Scenario> all(Map<String, String> variants) {
    return List.of(
        new Lanes(),
        new Fairness(),
        new Borrow(),
        new Sessions(),
        new Throughput(),
        new Overload(variants),
        new Adaptive(),
        Creep.byProcessors(),
        Creep.byOneRow(),
        new Spike(),
        new Fleet(),
        new Deadlines(),
        new Interrupts(),
        new Submit(),
        new Memory(),
        new Computing(),
        new IdleSchedules(),
        new Outage(),
        new Recovery(),
        new Events());
  }
}
