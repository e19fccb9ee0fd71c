package dev.weir.pool.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SurveyTest {

  private static Claim claim(int weight, int connections) {
    return new Claim("orders", "%08x".formatted(connections), weight, connections);
  }

  @Test
  void leaves_a_tenth_and_shares_the_rest_by_weight_rounded_down() {
    Survey three = new Survey(57, List.of(claim(1, 17), claim(1, 18)));
    assertThat(three.budget()).isEqualTo(51);
    assertThat(three.share(1)).isEqualTo(17);
    assertThat(three.left()).isEqualTo(16);
    Survey heavy = new Survey(97, List.of(claim(1, 20), claim(2, 40)));
    assertThat(heavy.budget()).isEqualTo(87);
    assertThat(heavy.share(3)).isEqualTo(43);
    assertThat(heavy.share(1)).isEqualTo(21);
  }

  @Test
  void shares_of_all_together_are_never_more_than_the_budget() {
    for (int open = 0; open < 300; open += 7) {
      for (int members = 1; members < 12; members++) {
        List<Integer> weights = IntStream.rangeClosed(1, members).boxed().toList();
        int sum = 0;
        for (int own : weights) {
          List<Claim> others =
              weights.stream().filter(it -> it != own).map(it -> claim(it, it)).toList();
          sum += new Survey(open, others).share(own);
        }
        assertThat(sum).isBetween(0, new Survey(open, List.of()).budget());
      }
    }
  }

  @Test
  void a_server_with_less_than_nothing_for_all_has_nothing_to_share() {
    assertThat(new Survey(-2, List.of()).budget()).isZero();
    assertThat(new Survey(1, List.of(claim(1, 4))).share(1)).isZero();
    assertThat(new Survey(1, List.of(claim(1, 4))).left()).isEqualTo(-4);
  }

  @Test
  void what_is_told_is_read_again_and_nothing_else_is() {
    var claim = new Claim("a-fleet-of-thirty-letters-long", "0123abcd", 1_000, 10_000);
    assertThat(claim.text()).hasSizeLessThanOrEqualTo(63);
    assertThat(Claim.of(claim.text())).contains(claim);
    assertThat(Claim.of("weir")).isEmpty();
    assertThat(Claim.of("weir-fleet:orders:0123abcd:1")).isEmpty();
    assertThat(Claim.of("weir-fleet:orders:0123abcd:1:99999999")).isEmpty();
  }
}
