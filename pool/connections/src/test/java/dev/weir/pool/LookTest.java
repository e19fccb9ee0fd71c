package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LookTest {

  @Test
  void one_that_throws_is_repeated_all_the_same() {
    var looks = new AtomicInteger();
    var look =
        new Look(
            () -> {
              if (looks.incrementAndGet() < 3) {
                throw new AssertionError("on purpose");
              }
            });
    for (int i = 0; i < 3; i++) {
      look.run();
    }
    assertThat(looks).hasValue(3);
  }
}
