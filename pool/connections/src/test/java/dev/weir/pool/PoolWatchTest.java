package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PoolConfig;
import dev.weir.gate.GateSnapshot;
import dev.weir.pool.PoolWatch.Condition;
import dev.weir.pool.PoolWatch.Sight;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool of 2 to 4 sockets, from its start through an outage to its end. */
@Tag("faults")
class PoolWatchTest {

  private Instant now = Instant.EPOCH;
  private boolean standby;
  private final PoolWatch watch =
      new PoolWatch(() -> new PoolConfig(2, 4, Duration.ofSeconds(1)), () -> now);

  private Condition look(int supply, int inUse, int queued) {
    return look(supply, inUse, queued, null);
  }

  private Condition look(int supply, int inUse, int queued, @Nullable SQLException failure) {
    now = now.plusSeconds(1);
    var gate = new GateSnapshot("primary", 4, supply, inUse, queued, List.of());
    return watch.look(new Sight(false, false, gate, failure, List.of(), standby));
  }

  @Test
  void starts_until_what_is_kept_stands_and_is_then_healthy_stressed_or_exhausted() {
    assertThat(look(1, 0, 0).state()).isEqualTo(PoolState.STARTING);
    assertThat(look(2, 0, 0).state()).isEqualTo(PoolState.HEALTHY);
    assertThat(look(2, 2, 0).state()).as("it can still grow").isEqualTo(PoolState.HEALTHY);
    assertThat(look(4, 4, 0).state()).isEqualTo(PoolState.STRESSED);
    Condition exhausted = look(4, 4, 3);
    assertThat(exhausted.state()).isEqualTo(PoolState.EXHAUSTED);
    assertThat(exhausted.cause()).isEqualTo("3 callers wait for 4 permits");
  }

  @Test
  void is_degraded_while_no_socket_can_be_opened_then_recovering_then_healthy() {
    look(2, 0, 0);
    Condition away = look(0, 0, 1, new SQLException("refused", "08001"));
    assertThat(away.state()).isEqualTo(PoolState.DEGRADED);
    assertThat(away.cause()).contains("08001");
    assertThat(look(1, 1, 5).state()).isEqualTo(PoolState.RECOVERING);
    assertThat(look(2, 0, 0).state()).isEqualTo(PoolState.HEALTHY);
  }

  @Test
  void is_read_only_while_its_server_is_a_standby_and_sockets_can_be_had() {
    standby = true;
    Condition readOnly = look(2, 0, 0);
    assertThat(readOnly.state()).isEqualTo(PoolState.READ_ONLY);
    assertThat(readOnly.cause()).contains("in recovery", "25006");
    assertThat(look(1, 0, 1, new SQLException("refused", "08001")).state())
        .isEqualTo(PoolState.DEGRADED);
    standby = false;
    assertThat(look(2, 0, 0).state()).isEqualTo(PoolState.HEALTHY);
  }

  @Test
  void says_since_when_it_was_first_seen_so() {
    look(2, 0, 0);
    Instant first = look(4, 4, 1).since();
    assertThat(look(4, 4, 2).since()).isEqualTo(first).isEqualTo(Instant.EPOCH.plusSeconds(2));
    assertThat(look(4, 0, 0).since()).isEqualTo(Instant.EPOCH.plusSeconds(4));
  }

  @Test
  void draining_and_closed_come_before_all_else() {
    var gate = new GateSnapshot("primary", 4, 4, 1, 0, List.of());
    assertThat(watch.look(new Sight(false, true, gate, null, List.of(), false)).state())
        .isEqualTo(PoolState.DRAINING);
    assertThat(watch.look(new Sight(true, true, gate, null, List.of(), false)).state())
        .isEqualTo(PoolState.CLOSED);
  }
}
