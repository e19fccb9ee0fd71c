package dev.weir.pool.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An instance that needs 4, wants 50, and grows when the others have been the same for 5 s. */
@Tag("faults")
class QuotaTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Quota quota = new Quota(1, 4, 50, 5 * SECOND, () -> 0L);

  private static Survey others(int... claims) {
    List<Claim> told =
        IntStream.range(0, claims.length)
            .mapToObj(i -> new Claim("orders", "%08x".formatted(i), 1, claims[i]))
            .toList();
    return new Survey(57, told);
  }

  @Test
  void begins_with_its_floor_and_wants_its_share() {
    assertThat(quota.cap()).isEqualTo(4);
    assertThat(quota.target(others(), 0)).isEqualTo(50);
    assertThat(quota.target(others(17, 17), 0)).isEqualTo(17);
  }

  @Test
  void never_wants_less_than_its_floor_however_many_instances_there_are() {
    assertThat(quota.target(others(new int[40]), 0)).isEqualTo(4);
  }

  @Test
  void doubles_while_it_is_new_and_takes_all_once_the_others_have_been_the_same_for_long_enough() {
    assertThat(grown(others(), 0)).isEqualTo(8);
    assertThat(grown(others(), SECOND)).isEqualTo(16);
    assertThat(grown(others(20), 2 * SECOND)).as("one more, so the share is less").isEqualTo(25);
    assertThat(grown(others(20), 7 * SECOND)).isEqualTo(25);
    quota.target(others(), 8 * SECOND);
    assertThat(quota.grown(50, 8 * SECOND)).as("one less, and it is not new").isEqualTo(25);
    assertThat(quota.grown(50, 12 * SECOND)).isEqualTo(25);
    assertThat(quota.grown(50, 13 * SECOND)).isEqualTo(50);
  }

  private int grown(Survey survey, long now) {
    quota.cap(quota.grown(quota.target(survey, now), now));
    return quota.cap();
  }

  @Test
  void does_not_grow_while_the_others_change_or_nothing_is_known_of_them() {
    quota.target(others(25), 0);
    quota.target(others(20), 4 * SECOND);
    assertThat(quota.grown(50, 5 * SECOND)).as("another claim of the same").isEqualTo(50);
    quota.target(others(20, 4), 6 * SECOND);
    assertThat(quota.grown(50, 6 * SECOND)).as("one more").isEqualTo(4);
    quota.target(others(20), 8 * SECOND);
    assertThat(quota.grown(50, 12 * SECOND)).as("one less").isEqualTo(4);
    assertThat(quota.grown(50, 13 * SECOND)).isEqualTo(50);
    quota.unsettle();
    assertThat(quota.grown(50, 99 * SECOND)).as("nothing is known").isEqualTo(4);
  }

  @Test
  void gives_a_fifth_to_a_full_server_and_takes_it_back_bit_by_bit() {
    quota.cap(50);
    quota.refused(0);
    assertThat(quota.isRefused()).isTrue();
    assertThat(quota.target(others(), SECOND)).isEqualTo(40);
    quota.cap(40);
    quota.refused(SECOND);
    assertThat(quota.target(others(), 2 * SECOND)).isEqualTo(32);
    quota.cap(32);
    assertThat(quota.target(others(), 3 * SECOND)).as("the pause is not over").isEqualTo(32);
    assertThat(quota.target(others(), 60 * SECOND)).isEqualTo(40);
    assertThat(quota.target(others(), 61 * SECOND)).as("nor the next").isEqualTo(40);
    assertThat(quota.target(others(), 120 * SECOND)).isEqualTo(50);
    assertThat(quota.target(others(), 180 * SECOND)).isEqualTo(50);
    assertThat(quota.isRefused()).isFalse();
  }

  @Test
  void has_all_back_once_it_has_what_it_wants_however_much_more_its_share_is() {
    var modest = new Quota(1, 4, 10, 5 * SECOND, () -> 0L);
    modest.cap(10);
    modest.refused(0);
    assertThat(modest.target(others(), SECOND)).isEqualTo(8);
    assertThat(modest.target(others(), 60 * SECOND)).isEqualTo(10);
    assertThat(modest.isRefused()).isFalse();
  }

  @Test
  void a_full_server_does_not_take_the_floor() {
    for (int i = 0; i < 50; i++) {
      quota.refused(i);
    }
    assertThat(quota.target(others(), 60)).isEqualTo(4);
  }
}
