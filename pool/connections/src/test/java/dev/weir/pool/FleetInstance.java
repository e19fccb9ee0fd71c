package dev.weir.pool;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import java.sql.SQLException;
import java.time.Duration;

/**
 * One of several JVMs that share a server: sixty callers that never rest, until it is told to end.
 * Says which share it has, which logins were refused and which calls failed.
 */
final class FleetInstance {

  private static final int CALLERS = 60;

  private FleetInstance() {}

  public static void main(String[] arguments) throws InterruptedException {
    PostgresConfig postgres =
        PostgresConfig.defaults()
            .url(arguments[0])
            .user(arguments[1])
            .password(Secret.of(arguments[2]));
    PoolConfig pool =
        new PoolConfig(2, 50, Duration.ofSeconds(60)).fleet(new PoolConfig.Fleet("orders", 1));
    var pools =
        Pools.open(
            new ConnectionSettings(postgres, pool, Pools.LANES, RedisConfig.defaults(), null),
            new Teller());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(pools)));
    say("open");
    for (int i = 1; i < CALLERS; i++) {
      Thread.ofVirtual().start(() -> call(pools));
    }
    call(pools);
    Thread.currentThread().join();
  }

  private static void leave(Pools pools) {
    say("leaving");
    pools.close();
  }

  private static void call(Pools pools) {
    while (true) {
      try {
        pools.manager().useSession(c -> Pools.run(c, "select pg_sleep(0.02)"));
      } catch (SQLException | RuntimeException failure) {
        say("failed: " + failure);
        return;
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static final class Teller implements PoolListener {

    @Override
    public void shareChanged(FleetShare share) {
      say("share %d of %d".formatted(share.connections(), share.members()));
    }

    @Override
    public void connectFailed(String sqlState) {
      say("refused: " + sqlState);
    }
  }
}
