package dev.weir.gate;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.CircuitSnapshot.State;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CircuitTest {

  private static final CircuitRule RULE =
      CircuitRule.usual().failures(3, 10).openFor(ofSeconds(1), ofSeconds(5));

  private final SettableTime time = SettableTime.create();
  private final List<State> turns = new ArrayList<>();
  private final Circuit circuit = closed(RULE);

  private Circuit closed(CircuitRule rule) {
    return Circuit.closed("mailer", rule, time::nanos, it -> turns.add(it.state()));
  }

  private void fail() {
    circuit.enter().failed(new IOException());
  }

  private void open() {
    IntStream.range(0, 3).forEach(_ -> fail());
  }

  private State state() {
    return circuit.snapshot().state();
  }

  @Test
  void opens_when_so_many_of_the_last_calls_have_failed() {
    fail();
    fail();
    assertThat(state()).isEqualTo(State.CLOSED);
    fail();
    assertThat(state()).isEqualTo(State.OPEN);
    assertThat(turns).containsExactly(State.OPEN);
  }

  @Test
  void stays_closed_while_failures_are_few_among_the_calls() {
    for (int i = 0; i < 100; i++) {
      fail();
      fail();
      IntStream.range(0, 8).forEach(_ -> circuit.enter().succeeded());
    }
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void forgets_failures_that_are_long_ago() {
    fail();
    fail();
    time.advance(ofMinutes(1).plusNanos(1));
    fail();
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void refuses_at_once_while_open_and_says_when_to_come_again() {
    open();
    time.advance(ofMillis(300));
    var refusal = catchThrowableOfType(AdmissionRejectedException.class, circuit::enter);
    assertThat(refusal.reason()).isEqualTo(Reason.CIRCUIT_OPEN);
    assertThat(refusal.retryAfter()).contains(ofMillis(700));
    assertThat(refusal.gate()).isEqualTo("mailer");
    assertThat(refusal)
        .hasMessage(
            "Circuit 'mailer' is open: 3 calls have failed and 1 were refused; it lets one through"
                + " to try in 700 ms. Mend what it calls, or wait.");
    assertThat(refusal.getStackTrace()).isEmpty();
  }

  @Test
  void lets_exactly_one_probe_through_when_it_has_been_open_long_enough() throws Exception {
    open();
    time.advance(ofSeconds(1));
    assertThat(state()).isEqualTo(State.HALF_OPEN);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> call =
          () -> {
            try {
              circuit.enter();
              return true;
            } catch (AdmissionRejectedException _) {
              return false;
            }
          };
      int passed = 0;
      for (Future<Boolean> it :
          threads.invokeAll(IntStream.range(0, 200).mapToObj(_ -> call).toList())) {
        passed += it.get() ? 1 : 0;
      }
      assertThat(passed).isOne();
    }
  }

  @Test
  void is_healed_by_one_probe_that_succeeds() {
    open();
    time.advance(ofSeconds(1));
    circuit.enter().succeeded();
    assertThat(state()).isEqualTo(State.CLOSED);
    assertThat(turns).containsExactly(State.OPEN, State.CLOSED);
    fail();
    fail();
    assertThat(state()).as("what failed before is forgotten").isEqualTo(State.CLOSED);
  }

  @Test
  void is_open_twice_as_long_after_each_probe_that_fails_up_to_a_bound() {
    open();
    var waits = new ArrayList<>();
    for (int probe = 0; probe < 5; probe++) {
      waits.add(circuit.snapshot().retryAfter());
      time.advance(circuit.snapshot().retryAfter());
      fail();
    }
    assertThat(waits)
        .containsExactly(ofSeconds(1), ofSeconds(2), ofSeconds(4), ofSeconds(5), ofSeconds(5));
    assertThat(turns).as("it was open all the time").containsExactly(State.OPEN);
    assertThat(circuit.snapshot().opened()).isOne();
  }

  @Test
  void is_not_healed_by_a_call_that_began_before_it_opened() {
    Circuit.Pass slow = circuit.enter();
    open();
    time.advance(ofSeconds(1));
    Circuit.Pass probe = circuit.enter();
    slow.succeeded();
    assertThat(state()).isEqualTo(State.HALF_OPEN);
    probe.failed(new IOException());
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void is_not_opened_again_by_a_call_that_began_before_it_healed() {
    List<Circuit.Pass> slow = IntStream.range(0, 5).mapToObj(_ -> circuit.enter()).toList();
    open();
    time.advance(ofSeconds(1));
    circuit.enter().succeeded();
    slow.forEach(it -> it.failed(new IOException()));
    assertThat(slow).noneMatch(Circuit.Pass::isValid);
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void lets_another_probe_through_when_one_was_withdrawn() {
    open();
    time.advance(ofSeconds(1));
    circuit.enter().withdrawn();
    assertThat(circuit.enter().isValid()).isTrue();
    assertThatThrownBy(circuit::enter).isInstanceOf(AdmissionRejectedException.class);
  }

  @Test
  void lets_another_probe_through_when_one_never_tells() {
    open();
    time.advance(ofSeconds(1));
    Circuit.Pass lost = circuit.enter();
    time.advance(ofSeconds(5));
    circuit.enter().succeeded();
    assertThat(state()).isEqualTo(State.CLOSED);
    lost.failed(new IOException());
    assertThat(circuit.snapshot().failed()).isEqualTo(3);
  }

  @Test
  void counts_each_call_once() {
    Circuit.Pass pass = circuit.enter();
    IntStream.range(0, 5).forEach(_ -> pass.failed(new IOException()));
    assertThat(circuit.snapshot().failed()).isOne();
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void takes_a_failure_that_does_not_count_for_an_answer() {
    Circuit picky = closed(RULE.counts(IOException.class::isInstance));
    IntStream.range(0, 9).forEach(_ -> picky.enter().failed(new IllegalArgumentException()));
    assertThat(picky.snapshot().state()).isEqualTo(State.CLOSED);
    assertThat(picky.snapshot().succeeded()).isEqualTo(9);
  }

  @Test
  void does_not_care_where_the_wall_clock_goes() {
    open();
    time.moveWallClock(Instant.EPOCH);
    time.advance(ofSeconds(1));
    assertThat(state()).isEqualTo(State.HALF_OPEN);
  }

  @Test
  void refuses_a_rule_that_makes_no_sense_naming_all_that_is_wrong() {
    assertThatThrownBy(
            () -> new CircuitRule(5, 4, ofSeconds(0), ofSeconds(2), ofSeconds(1), _ -> true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 failures of 4 calls")
        .hasMessageContaining("within PT0S")
        .hasMessageContaining("open for PT2S at first and PT1S at most");
  }
}
