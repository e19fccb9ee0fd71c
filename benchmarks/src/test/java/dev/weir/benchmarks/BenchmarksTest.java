package dev.weir.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.lease.StatementExtrasBenchmark;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Whether every benchmark runs and gives a figure; how good it is, nobody can tell from this. */
class BenchmarksTest {

  @Test
  void borrowing_is_measured_on_both_pools() throws RunnerException {
    assertThat(results(BorrowBenchmark.class)).hasSize(2).allSatisfy(BenchmarksTest::hasAFigure);
  }

  @Test
  void a_query_is_measured_on_both_pools() throws RunnerException {
    assertThat(results(SelectOneBenchmark.class)).hasSize(2).allSatisfy(BenchmarksTest::hasAFigure);
  }

  @Test
  void submitting_is_measured_alone_and_by_the_thousand_on_both_executors() throws RunnerException {
    assertThat(results(SubmitBenchmark.class)).hasSize(4).allSatisfy(BenchmarksTest::hasAFigure);
  }

  @Test
  void what_a_statement_is_asked_beside_its_work_is_measured() throws RunnerException {
    assertThat(results(StatementExtrasBenchmark.class))
        .hasSize(2)
        .allSatisfy(BenchmarksTest::hasAFigure);
  }

  private static Collection<RunResult> results(Class<?> benchmark) throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(benchmark.getName())
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(50))
                .verbosity(VerboseMode.SILENT)
                .build())
        .run();
  }

  private static void hasAFigure(RunResult result) {
    assertThat(result.getPrimaryResult().getScore()).isPositive().isFinite();
  }
}
