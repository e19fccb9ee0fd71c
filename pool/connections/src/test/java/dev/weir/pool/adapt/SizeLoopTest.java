package dev.weir.pool.adapt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The slow loop, second by second, on readings that say what was in use. */
class SizeLoopTest {

  private static final long SECOND = 1_000_000_000;
  private static final double CALL = 0.010;

  private final LoadHistory history = new LoadHistory();
  private final SizeLoop loop = new SizeLoop(history);
  private SizeLoop.Range range = new SizeLoop.Range(new Bounds(4, 120), 20);
  private int size = 20;
  private boolean wanted = true;
  private long now;
  private long answered;
  private double busy;
  private Move last = new Move(0, 0, "");

  /** So many callers for so long, each in a call of so many seconds. */
  private void callers(int callers, int seconds, double call) {
    for (int i = 0; i < seconds; i++) {
      int inUse = Math.min(size, callers);
      now += SECOND;
      answered += Math.round(inUse / call);
      busy += (double) inUse * SECOND;
      var reading =
          new Reading(now, answered, (long) busy, inUse, callers - inUse, inUse == size, 0);
      if (history.look(reading)) {
        last = loop.look(size, range, wanted);
        if (last.isChange()) {
          size = last.to();
          loop.moved();
        }
      }
    }
  }

  @Test
  void goes_from_20_beyond_100_in_minutes_while_callers_wait_and_back_when_they_have_gone() {
    callers(200, 12, CALL);
    assertThat(size).isEqualTo(30);
    assertThat(last.why()).isNotEmpty();
    callers(200, 200, CALL);
    assertThat(size).isEqualTo(120);
    assertThat(last.why())
        .isEqualTo("callers waited in 100 % of the last 10 s, but there may be no more than 120");
    callers(30, 290, CALL);
    assertThat(size).isEqualTo(120);
    callers(30, 320, CALL);
    assertThat(size).isEqualTo(36);
    callers(30, 700, CALL);
    assertThat(size).as("30 of 36 are no spare room").isEqualTo(36);
  }

  @Test
  void goes_up_by_half_at_most_every_half_minute() {
    callers(200, 12, CALL);
    assertThat(size).isEqualTo(30);
    callers(200, 25, CALL);
    assertThat(size).isEqualTo(30);
    assertThat(last.why()).contains("it was changed").contains("s ago, and waits for 30");
    callers(200, 10, CALL);
    assertThat(size).isEqualTo(45);
  }

  @Test
  void does_not_go_up_where_more_connections_would_wait_inside_the_server() {
    callers(10, 120, CALL);
    callers(200, 120, 3 * CALL);
    assertThat(size).isEqualTo(20);
    assertThat(last.why())
        .isEqualTo(
            "callers waited in 100 % of the last 10 s, but calls take 30.0 ms, and 10.0 ms in"
                + " better times: more connections would wait inside the server");
  }

  @Test
  void does_not_go_up_while_fewer_callers_are_let_in_than_there_are_connections_for() {
    wanted = false;
    callers(200, 120, CALL);
    assertThat(size).isEqualTo(20);
    assertThat(last.why()).contains("the limit of callers let in is lower");
  }

  @Test
  void comes_back_to_its_usual_number_at_once_when_callers_wait_again() {
    callers(3, 320, CALL);
    assertThat(size).isEqualTo(4);
    callers(50, 2, CALL);
    assertThat(size).isEqualTo(20);
    callers(50, 2, CALL);
    assertThat(size).isEqualTo(20);
  }

  @Test
  void a_rush_now_and_then_keeps_what_it_needs() {
    for (int round = 0; round < 12; round++) {
      callers(2, 50, CALL);
      callers(18, 10, CALL);
    }
    assertThat(size).isEqualTo(20);
  }

  @Test
  void gives_up_at_once_what_it_may_have_no_more() {
    callers(200, 90, CALL);
    assertThat(size).isGreaterThan(40);
    range = new SizeLoop.Range(new Bounds(4, 15), 20);
    callers(200, 1, CALL);
    assertThat(size).isEqualTo(15);
    assertThat(last.why()).isEqualTo("only 15 may be had at present");
    callers(200, 60, CALL);
    assertThat(size).isEqualTo(15);
    range = new SizeLoop.Range(new Bounds(4, 120), 20);
    callers(200, 5, CALL);
    assertThat(size).isGreaterThanOrEqualTo(20);
  }
}
