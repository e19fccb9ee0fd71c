package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.AdaptConfig;
import dev.weir.config.AdaptConfig.Mode;
import dev.weir.config.WeirConfig;
import dev.weir.pool.Adjustment;
import dev.weir.pool.Adjustment.Knob;
import dev.weir.pool.FleetShare;
import dev.weir.pool.PoolListener;
import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool changes by itself can be told from its metrics: how often, and where it stands. */
@Timeout(120)
class PoolMovesTest extends ObservedTest {

  private static final String MOVES = "weir.pool.moves";

  private long moves(String knob, String direction, String outcome) {
    return value(
        reader, MOVES, "weir.knob", knob, "weir.direction", direction, "weir.outcome", outcome);
  }

  private boolean isThere(String metric) {
    return reader.collectAllMetrics().stream().map(MetricData::getName).anyMatch(metric::equals);
  }

  @Test
  void a_pool_that_grew_shows_its_new_size_and_one_move_up(TestDatabase database) {
    WeirConfig config = House.config(database);
    AdaptConfig adapt = AdaptConfig.off().size(Mode.ON).ceiling(5);
    var enough = new CountDownLatch(1);
    try (House house = House.open(config.pool(config.pool().adapt(adapt)), sdk);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      house.observe(registry(house));
      assertThat(value(reader, "db.client.connection.max")).isEqualTo(4);
      assertThat(moves("size", "up", "done")).isZero();
      for (int i = 0; i < 8; i++) {
        var _ = callers.submit(() -> hold(house, enough));
      }
      Await.until(
          PATIENCE,
          () -> "5 connections to be allowed, but " + house.connections().advice(),
          () -> value(reader, "db.client.connection.max") == 5);
      Await.until(PATIENCE, "the move to be counted", () -> moves("size", "up", "done") == 1);
      assertThat(value(reader, "weir.gate.limit", "weir.gate", "primary")).isEqualTo(5);
      assertThat(value(reader, MOVES)).as("nothing else moved").isOne();
      enough.countDown();
    }
  }

  private static boolean hold(House house, CountDownLatch enough) throws InterruptedException {
    house.connections().useSession(_ -> enough.await());
    return true;
  }

  @Test
  void the_limit_stands_where_the_last_move_left_it_and_advice_moves_nothing(
      TestDatabase database) {
    try (House house = open(database)) {
      PoolListener listener = house.telemetry().poolListener();
      assertThat(isThere("weir.pool.limit")).as("before the first move").isFalse();
      listener.adjusted(new Adjustment(Knob.LIMIT, 24, 12, true, "on purpose"));
      listener.adjusted(new Adjustment(Knob.LIMIT, 12, 13, true, "on purpose"));
      listener.adjusted(new Adjustment(Knob.LIMIT, 13, 13, true, "it is best left so"));
      listener.adjusted(new Adjustment(Knob.LIMIT, 13, 7, false, "on purpose"));
      listener.adjusted(new Adjustment(Knob.SIZE, 4, 3, true, "on purpose"));
      assertThat(value(reader, "weir.pool.limit")).isEqualTo(13);
      assertThat(moves("limit", "down", "done")).isOne();
      assertThat(moves("limit", "up", "done")).isOne();
      assertThat(moves("limit", "down", "advised")).isOne();
      assertThat(moves("size", "down", "done")).isOne();
      assertThat(value(reader, MOVES)).isEqualTo(4);
    }
  }

  @Test
  void the_share_of_a_fleet_is_what_was_told_last(TestDatabase database) {
    try (House house = open(database)) {
      PoolListener listener = house.telemetry().poolListener();
      assertThat(isThere("weir.pool.share")).as("outside a fleet").isFalse();
      for (int connections : new int[] {90, 45, 45, 30}) {
        listener.shareChanged(new FleetShare("orders", 2, 90, connections, "on purpose"));
      }
      assertThat(value(reader, "weir.pool.share")).isEqualTo(30);
      assertThat(moves("share", "up", "done")).isOne();
      assertThat(moves("share", "down", "done")).isEqualTo(2);
    }
  }
}
