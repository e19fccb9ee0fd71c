package dev.weir.pool.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What is advised by looking alone. */
class LimitAdviceTest {

  private static final Bounds BOUNDS = new Bounds(2, 100);

  private LoadHistory history = new LoadHistory();
  private LimitAdvice advice = new LimitAdvice(history);

  private void forget() {
    history = new LoadHistory();
    advice = new LimitAdvice(history);
  }

  private void run(SimulatedServer server, int limit, int seconds) {
    for (int i = 0; i < seconds / SimulatedServer.LOOK; i++) {
      history.look(server.look(limit));
    }
  }

  /** From few callers to many, each for some seconds. */
  private void rising(IntToDoubleFunction curve, int limit) {
    var server = new SimulatedServer(curve, 7);
    for (int callers = 2; callers < limit; callers = callers * 5 / 4 + 1) {
      run(server.closed(callers), limit, 10);
    }
    run(server.closed(500), limit, 120);
  }

  @Test
  void lowers_a_limit_under_which_calls_wait_inside_the_server() {
    rising(LimitLoopTest.Kind.PROCESSORS::rate, 64);
    Move move = advice.advise(64, BOUNDS, 0);
    assertThat(move.to()).isBetween(11, 22);
    assertThat(move.why())
        .contains("callers waited in 100 % of the last 30 s")
        .contains("in better times")
        .contains("at once do all that is done (Little's law")
        .endsWith("the others wait inside the server");
  }

  @Test
  void leaves_a_limit_that_the_server_can_bear() {
    rising(LimitLoopTest.Kind.LATENCY::rate, 30);
    Move move = advice.advise(30, BOUNDS, 0);
    assertThat(move.isChange()).isFalse();
    assertThat(move.why()).endsWith("it is not far from that");
  }

  @Test
  void says_when_it_has_nothing_to_say() {
    assertThat(advice.advise(30, BOUNDS, 0).why())
        .isEqualTo("it has been watched for less than 30 s");
    run(new SimulatedServer(LimitLoopTest.Kind.LATENCY::rate, 1).closed(10), 30, 40);
    assertThat(advice.advise(30, BOUNDS, 0).why())
        .isEqualTo("callers hardly ever wait, so it bounds nothing");
    forget();
    run(new SimulatedServer(_ -> 2, 1).closed(100), 30, 40);
    assertThat(advice.advise(30, BOUNDS, 0).why())
        .isEqualTo("too few calls end in a second to tell");
  }

  @Test
  void counts_what_is_kept_for_lanes() {
    rising(LimitLoopTest.Kind.PROCESSORS::rate, 64);
    int without = advice.advise(64, BOUNDS, 0).to();
    assertThat(advice.advise(64, BOUNDS, 3).to()).isEqualTo(without + 3);
  }

  @Test
  void finds_the_peak_of_the_scalability_law() {
    rising(LimitLoopTest.Kind.COLLAPSE::rate, 60);
    assertThat(Knee.scalability(history).orElseThrow()).isCloseTo(Math.sqrt(99), within(2.0));
    forget();
    run(new SimulatedServer(LimitLoopTest.Kind.COLLAPSE::rate, 1).closed(500), 60, 60);
    assertThat(Knee.scalability(history)).as("an even load").isEmpty();
  }
}
