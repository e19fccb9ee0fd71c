package dev.weir.benchmarks.fairness;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/** Somebody who lends connections to many threads. Safe for use by many threads. */
interface Rival extends AutoCloseable {

  String name();

  /** Runs the work with a connection. */
  void lend(Work work) throws SQLException, InterruptedException;

  @Override
  void close();

  /** What is done while a connection is held. */
  interface Work {
    void with(Connection connection) throws SQLException;
  }

  /** All of them, each with its own connections to the server. */
  static List<Rival> all(PostgresServer server, int connections) {
    return List.of(
        weir(server, connections), hikari(server, connections), fair(server, connections));
  }

  /** Weir's {@code dataSource()}, as a framework would use it. */
  private static Rival weir(PostgresServer server, int connections) {
    Weir weir = Weir.start(Connections.weir(server, connections));
    return of("Weir", weir.connections().dataSource(), weir::close);
  }

  /** HikariCP as it is. */
  private static Rival hikari(PostgresServer server, int connections) {
    HikariDataSource hikari = Connections.hikari(server, connections);
    return of("HikariCP", hikari, hikari::close);
  }

  /** HikariCP behind what one would put before it by hand: a fair semaphore. */
  private static Rival fair(PostgresServer server, int connections) {
    HikariDataSource hikari = Connections.hikari(server, connections);
    Rival plain = of("HikariCP", hikari, hikari::close);
    return new Guarded(plain, new Semaphore(connections, true));
  }

  private static Rival of(String name, DataSource source, Runnable end) {
    return new Plain(name, source, end);
  }

  /** A data source as it is. */
  record Plain(String name, DataSource source, Runnable end) implements Rival {

    @Override
    public void lend(Work work) throws SQLException {
      try (Connection connection = source.getConnection()) {
        work.with(connection);
      }
    }

    @Override
    public void close() {
      end.run();
    }
  }

  /** Another rival, entered with a permit only. */
  record Guarded(Rival inner, Semaphore permits) implements Rival {

    @Override
    public String name() {
      return inner.name() + " behind a fair Semaphore";
    }

    @Override
    public void lend(Work work) throws SQLException, InterruptedException {
      permits.acquire();
      try {
        inner.lend(work);
      } finally {
        permits.release();
      }
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** The query of those who want one: prepared, so that the server plans it once. */
  static void selectOne(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
      statement.execute();
    }
  }
}
