package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.pool.Access.Isolation;
import dev.weir.pool.Access.Mode;
import dev.weir.pool.Access.Nesting;
import dev.weir.pool.Access.Rules;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccessTest {

  @Test
  void each_wither_changes_one_thing_and_the_original_stays() {
    Access usual = Access.readWrite();
    Access all =
        usual
            .lane("batch")
            .deadline(Duration.ofSeconds(2))
            .name("orders")
            .nesting(Nesting.SAVEPOINT)
            .serializable()
            .attempts(7)
            .retryingLockTimeouts()
            .resolvable()
            .role("writer");
    assertThat(all)
        .isEqualTo(
            new Access(
                Mode.READ_WRITE,
                "batch",
                Duration.ofSeconds(2),
                "orders",
                Nesting.SAVEPOINT,
                new Rules(Isolation.SERIALIZABLE, 7, true, true),
                "writer"));
    assertThat(all.repeatableRead().rules().isolation()).isEqualTo(Isolation.REPEATABLE_READ);
    assertThat(all.readCommitted().rules().isolation()).isEqualTo(Isolation.READ_COMMITTED);
    assertThat(all.readCommitted().rules().attempts()).isEqualTo(7);
    assertThat(usual)
        .isEqualTo(
            new Access(
                Mode.READ_WRITE,
                Access.DEFAULT_LANE,
                null,
                null,
                Nesting.JOIN,
                new Rules(null, 3, false, false),
                null));
    assertThat(Access.readOnly().mode()).isEqualTo(Mode.READ_ONLY);
  }

  @Test
  void refuses_what_could_never_run_and_says_why() {
    assertThatThrownBy(() -> Access.readWrite().attempts(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 attempts");
    assertThatThrownBy(() -> Access.readWrite().deadline(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> Access.readWrite().name(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blank");
    assertThatThrownBy(() -> Access.readWrite().role(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blank");
  }
}
