package dev.weir.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.Weir;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Borrow, {@code SELECT 1}, give back, uncontended, on a real PostgreSQL beside this JVM: what Weir
 * adds to the shortest query there is.
 *
 * <p>{@code weir} is {@code weir.connections().dataSource()} of a whole Weir, health checks and
 * telemetry on; {@code hikari} is HikariCP as it is. Both have ten connections to the same server,
 * which the benchmark starts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class SelectOneBenchmark {

  private static final int SIZE = 10;

  /** Who lends. */
  @Param({"hikari", "weir"})
  public String pool = "hikari";

  private final PostgresServer server = PostgresServer.start();
  private final HikariDataSource hikari = Connections.hikari(server, SIZE);
  private final Weir weir = Weir.start(Connections.weir(server, SIZE));
  private DataSource source = hikari;

  /** Chooses. */
  @Setup(Level.Trial)
  public void choose() {
    source = pool.equals("weir") ? weir.connections().dataSource() : hikari;
  }

  /** One borrow, one query, one return. */
  @Benchmark
  public int selectOne() throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT 1");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  /** Closes both and stops the server. */
  @TearDown(Level.Trial)
  public void close() {
    weir.close();
    hikari.close();
    server.close();
  }
}
