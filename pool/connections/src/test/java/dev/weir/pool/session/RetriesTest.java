package dev.weir.pool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.Deadline;
import dev.weir.gate.RetryBudget;
import dev.weir.pool.session.Retries.Failed;
import dev.weir.pool.session.Retries.Limits;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

@Tag("faults")
class RetriesTest {

  private final List<Duration> pauses = new ArrayList<>();
  private final RetryBudget budget = RetryBudget.of(5, 100);
  private final Retries retries =
      new Retries(
          IllegalCallerException.class,
          new Random(3101),
          time -> {
            pauses.add(time);
            return true;
          });

  private boolean again(Throwable failure, boolean lost) {
    return retries.again(new Failed(1, failure, lost), new Limits(3, false, budget));
  }

  private static SQLException state(String state) {
    return new SQLException("on purpose", state);
  }

  @Test
  void wait_for_a_time_that_chance_chooses_below_a_bound_that_doubles() {
    for (int failed = 1; failed <= 12; failed++) {
      boolean next =
          retries.again(new Failed(failed, state("40001"), false), new Limits(20, false, budget));
      assertThat(next).isTrue();
      long bound = Math.min(500, 4L << (failed - 1));
      assertThat(pauses.getLast()).isBetween(Duration.ZERO, Duration.ofMillis(bound));
    }
    assertThat(pauses).doesNotHaveDuplicates();
  }

  @Test
  void know_conflicts_however_deep_they_lie_but_no_deeper_than_they_must() {
    assertThat(again(state("40P01"), false)).isTrue();
    assertThat(again(new IOException(new IllegalStateException(state("40001"))), false)).isTrue();
    assertThat(again(new IOException("no database in it"), false)).isFalse();
    var round = new IllegalStateException("cause and effect");
    var other = new IllegalStateException(round);
    round.initCause(other);
    assertThat(again(round, true)).isFalse();
  }

  @Test
  void take_a_lost_connection_for_a_reason_only_if_it_was_lost_by_accident() {
    assertThat(again(state("08006"), true)).isTrue();
    assertThat(again(state("57P01"), true)).isTrue();
    assertThat(again(state("08006"), false)).isFalse();
    // The server's guards: idle in a transaction, the transaction's or the session's time.
    assertThat(again(state("25P03"), true)).isFalse();
    assertThat(again(state("25P04"), true)).isFalse();
    assertThat(again(state("57P05"), true)).isFalse();
    assertThat(again(new SQLException("without a state"), true)).isFalse();
  }

  @Test
  void know_a_statement_that_the_server_has_forgotten_or_that_fits_its_table_no_more() {
    assertThat(again(state("26000"), false)).isTrue();
    assertThat(again(new IOException(stalePlan("RevalidateCachedQuery")), false)).isTrue();
    assertThat(again(stalePlan("transformSomething"), false)).isFalse();
    assertThat(again(state("0A000"), false)).isFalse();
  }

  /** As the server sends it: S severity, C state, M message, R the routine that refused. */
  private static SQLException stalePlan(String routine) {
    return new PSQLException(
        new ServerErrorMessage(
            "SERROR\0C0A000\0Mcached plan must not change result type\0R" + routine + "\0"));
  }

  @Test
  void pay_for_trouble_and_not_for_having_lost_to_another() {
    assertThat(again(state("40001"), false)).isTrue();
    assertThat(again(state("40P01"), false)).isTrue();
    assertThat(again(state("26000"), false)).isTrue();
    assertThat(budget.left()).isEqualTo(100);
    assertThat(again(state("08006"), true)).isTrue();
    retries.again(new Failed(1, state("55P03"), false), new Limits(3, true, budget));
    assertThat(budget.left()).isEqualTo(98);
  }

  @Test
  void end_with_the_budget_only_where_there_is_trouble() {
    while (budget.spend()) {
      // Until nothing is left.
    }
    assertThat(again(state("40001"), false)).isTrue();
    SQLException lost = state("08006");
    assertThat(again(lost, true)).isFalse();
    assertThat(lost.getSuppressed())
        .singleElement()
        .asString()
        .contains("Not tried again")
        .contains("0 retries left");
  }

  @Test
  void never_repeat_what_contains_the_forbidden_failure() {
    assertThat(again(new IOException(new IllegalCallerException(state("08006"))), true)).isFalse();
  }

  @Test
  void spend_nothing_on_what_is_not_tried_again() {
    assertThat(again(state("23505"), false)).isFalse();
    boolean last = retries.again(new Failed(3, state("40001"), false), new Limits(3, true, budget));
    assertThat(last).isFalse();
    Deadline.in(Duration.ZERO).run(() -> assertThat(again(state("40001"), false)).isFalse());
    assertThat(budget.left()).isEqualTo(100);
    assertThat(pauses).isEmpty();
  }
}
