package dev.weir.benchmarks.load.rivals;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.config.WeirConfig;
import dev.weir.pool.Access;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers of the node that may fall silent, who ask again and again, each time with a timeout.
 * Their failures are the point and are not reported.
 */
public final class Victims implements AutoCloseable {

  private static final int CALLERS = 3;
  private static final int CONNECTIONS = 4;

  private final Nodes nodes;
  private final Call call;
  private final Runnable end;
  private volatile boolean over;

  private interface Call {
    void once() throws Exception;
  }

  private Victims(Nodes nodes, Call call, Runnable end) {
    this.nodes = nodes;
    this.call = call;
    this.end = end;
    for (int i = 0; i < CALLERS; i++) {
      Thread.startVirtualThread(this::callAgainAndAgain);
    }
  }

  /** A second Weir in this JVM, called under deadlines of 100 ms. */
  public static Victims weir(Nodes nodes) {
    WeirConfig config = Connections.weir(nodes.other(), CONNECTIONS);
    Weir weir = Weir.start(config.postgres(config.postgres().url(nodes.otherUrl())));
    Access access = Access.readWrite().deadline(Duration.ofMillis(100));
    return new Victims(
        nodes, () -> weir.connections().useSession(access, c -> sleep(c, 0)), weir::close);
  }

  /** A second HikariCP in this JVM, called under query timeouts of 1 s: the least there is. */
  public static Victims hikari(Nodes nodes) {
    var config = new HikariConfig();
    config.setJdbcUrl(nodes.otherUrl());
    config.setUsername(nodes.other().user());
    config.setPassword(nodes.other().password());
    config.setMaximumPoolSize(CONNECTIONS);
    var hikari = new HikariDataSource(config);
    return new Victims(
        nodes,
        () -> {
          try (Connection connection = hikari.getConnection()) {
            sleep(connection, 1);
          }
        },
        hikari::close);
  }

  private static void sleep(Connection connection, int timeoutSeconds) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(timeoutSeconds);
      statement.execute("SELECT pg_sleep(0.02)");
    }
  }

  private void callAgainAndAgain() {
    while (!over) {
      try {
        call.once();
      } catch (Exception grief) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** From now on their node says nothing. */
  public void silence() {
    nodes.silence();
  }

  @Override
  public void close() {
    over = true;
    nodes.heal();
    end.run();
  }
}
