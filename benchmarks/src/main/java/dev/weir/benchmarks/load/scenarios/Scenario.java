package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import java.util.List;
import java.util.Optional;

/** One kind of load, who is compared under it, and what Weir promises there. */
public interface Scenario {

  /** Its name on the command line and of its files. */
  String name();

  /** What it shows, in one sentence. */
  String shows();

  /** What the machine lacks to run it, and what to do; empty if nothing. */
  default Optional<String> lacks() {
    return Optional.empty();
  }

  /** The columns of its table, in order. */
  List<Metric> metrics();

  /** Starts servers and rivals on an empty stage, which closes what is there if that fails. */
  void open(Stage stage, Pass pass) throws Exception;

  /** Compares the medians with what is promised. */
  List<Verdict> judge(Results results);

  /** What its picture shows. */
  List<Panel> panels();
}
