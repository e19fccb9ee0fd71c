package dev.weir.benchmarks.load.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Killing;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Trial;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SparedTest {

  private static final Metric ANY = new Metric("any", "", 0);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void a_trial_gives_its_figures() throws Exception {
    assertThat(run(LIMIT, () -> Figures.none().with(ANY, 7)).of(ANY)).isEqualTo(7);
  }

  @Test
  void one_that_fails_gives_none_and_ends_nobody_else() throws Exception {
    Figures figures =
        run(
            LIMIT,
            () -> {
              throw new AssertionError("waited in vain");
            });
    assertThat(figures.values()).isEmpty();
  }

  @Test
  void one_that_does_not_end_is_left_at_the_limit_and_interrupted() throws Exception {
    var interrupted = new CountDownLatch(1);
    Figures figures =
        run(
            Duration.ofMillis(50),
            () -> {
              try {
                new CountDownLatch(1).await();
              } finally {
                interrupted.countDown();
              }
              return Figures.none().with(ANY, 7);
            });
    assertThat(figures.values()).isEmpty();
    interrupted.await();
  }

  @Test
  void what_did_not_happen_is_said() {
    double never = Double.NaN;
    assertThat(Recovery.missing(new Killing.Outcome(1, 2, 3, 4, 5, 0))).isEmpty();
    assertThat(Recovery.missing(new Killing.Outcome(1, 2, never, 4, 5, 0)))
        .containsExactly("did not come to 90 % of its throughput again");
    assertThat(Recovery.missing(new Killing.Outcome(1, never, never, 4, 5, 6)))
        .containsExactly(
            "served no call after the server was back",
            "kept 6 callers in their calls, left behind");
  }

  private static Figures run(Duration limit, Trial.Single measurement) throws Exception {
    return Spared.trial("load", "rival", limit, measurement).measurement().run().getFirst();
  }
}
