package dev.weir.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.history.History.Append;
import dev.weir.pool.history.History.Entry;
import dev.weir.pool.history.History.Told;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the checker takes for a contradiction. */
class HistoryCheckTest {

  private final History history = new History();

  private List<String> check(Told told, List<Long> one, List<Long> two) {
    history.add(new Entry(new Append(7, 42, List.of(1, 2)), 3, told, Map.of()));
    return history.check(Map.of(1, one, 2, two));
  }

  @Test
  void is_an_acknowledged_value_that_is_missing() {
    assertThat(check(Told.COMMITTED, List.of(), List.of()))
        .hasSize(2)
        .first()
        .isEqualTo(
            "client 7 was told COMMITTED of value 42 after 3 tries, but it is 0 times in list 1");
  }

  @Test
  void is_a_value_that_is_there_although_it_failed_or_that_is_there_twice() {
    assertThat(check(Told.FAILED, List.of(42L), List.of(42L))).hasSize(2);
    assertThat(new History().check(Map.of(1, List.of(5L))))
        .containsExactly("list 1 has 5, which nobody wanted");
    assertThat(check(Told.UNKNOWN, List.of(42L, 42L), List.of(42L, 42L)))
        .contains(
            "client 7 was told UNKNOWN of value 42 after 3 tries, but it is 2 times in list 1");
  }

  @Test
  void is_a_transaction_that_is_there_in_part() {
    assertThat(check(Told.UNKNOWN, List.of(42L), List.of()))
        .containsExactly(
            "client 7 was told UNKNOWN of value 42 after 3 tries, but it is in some of its lists and not in others");
  }

  @Test
  void is_a_read_of_what_never_was() {
    history.add(
        new Entry(new Append(7, 42, List.of(1)), 1, Told.COMMITTED, Map.of(1, List.of(3L, 42L))));
    history.add(new Entry(new Append(8, 3, List.of(1)), 1, Told.COMMITTED, Map.of(1, List.of(3L))));
    assertThat(history.check(Map.of(1, List.of(42L, 3L)))).hasSize(2);
  }

  @Test
  void is_not_an_unknown_value_whether_it_is_there_or_not() {
    assertThat(check(Told.UNKNOWN, List.of(42L), List.of(42L))).isEmpty();
    assertThat(new History().check(Map.of())).isEmpty();
    assertThat(check(Told.COMMITTED, List.of(42L), List.of(42L))).isEmpty();
  }
}
