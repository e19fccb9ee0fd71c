package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All connections are lost at once, again and again, under many callers. */
@RealServers
@Tag("faults")
class StormTest {

  /** More by flag: -Dweir.storms=100. */
  private static final int STORMS = Integer.getInteger("weir.storms", 5);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SOCKETS = 20;

  /** What a second may bring at most: the burst, and those of four quarters. */
  private static final int CAP = 32 + 100;

  private final TestDatabase database;

  StormTest(TestDatabase database) {
    this.database = database;
  }

  @Test
  void of_connections_costs_what_was_in_flight_and_logs_in_under_its_cap() throws Exception {
    var logins = new Logins();
    try (var proxy = TcpProxy.to(database.server().host(), database.server().port())) {
      PostgresConfig postgres =
          Pools.postgres(database).url(Pools.url(proxy, database)).connectTimeout(PATIENCE);
      var settings =
          new ConnectionSettings(
              postgres,
              new PoolConfig(SOCKETS, SOCKETS, PATIENCE),
              Pools.LANES,
              RedisConfig.defaults(),
              null);
      try (var pools = Pools.open(settings, logins);
          var load = Load.begin(pools, 500, c -> Pools.run(c, "select pg_sleep(0.002)"))) {
        for (int storm = 0; storm < STORMS; storm++) {
          Await.until(
              PATIENCE, "all stand", () -> pools.manager().snapshot().connections() == SOCKETS);
          int before = load.done();
          Await.until(PATIENCE, "it is under way", () -> load.done() > before + 2 * SOCKETS);
          proxy.cut();
        }
        int before = load.done();
        Await.until(PATIENCE, "it goes on", () -> load.done() > before + 2 * SOCKETS);
        int failed = load.failures().size();
        FaultLog.note(
            "storms in which all %d connections were reset under 500 callers".formatted(SOCKETS),
            "%d: sessions %,d, failed %,d (in flight at most %,d), logins %,d, at most %d in a second",
            STORMS,
            load.done(),
            failed,
            STORMS * SOCKETS,
            logins.tries(),
            logins.mostInASecond(0));
        assertThat(failed).isLessThanOrEqualTo(STORMS * SOCKETS);
        assertThat(logins.mostInASecond(0)).isLessThanOrEqualTo(CAP);
      }
    }
  }
}
