package dev.weir.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.monitoring.Telemetry;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.SystemTasks;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
 * Borrow and give back, uncontended, on a driver that does nothing: what the pool itself costs.
 *
 * <p>{@code hikari} is {@code HikariDataSource.getConnection()} and {@code close()}. {@code weir}
 * is the same through {@code UnifiedConnectionManager.dataSource()} with that very HikariCP given
 * to it as the data source: gate, lease and telemetry on top of what {@code hikari} does. The
 * difference is what Weir adds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BorrowBenchmark {

  private static final int SIZE = 10;

  /** Who lends. */
  @Param({"hikari", "weir"})
  public String pool = "hikari";

  private final HikariDataSource hikari = Connections.hikari(new StubDataSource(), SIZE);
  private final Telemetry telemetry = Telemetry.open(OpenTelemetry.noop());
  private final SystemTasks system = SystemTasks.open(List.of(telemetry.systemListener()));
  private final UnifiedConnectionManager weir =
      UnifiedConnectionManager.open(
          ConnectionSettings.of(Connections.weir(SIZE)).override(hikari),
          system,
          List.of(telemetry.poolListener()));
  private DataSource source = hikari;

  /** Chooses. */
  @Setup(Level.Trial)
  public void choose() {
    source = pool.equals("weir") ? weir.dataSource() : hikari;
  }

  /** One borrow, one return. */
  @Benchmark
  public Connection borrow() throws SQLException {
    Connection connection = source.getConnection();
    connection.close();
    return connection;
  }

  /** Closes both. */
  @TearDown(Level.Trial)
  public void close() {
    weir.close();
    hikari.close();
    system.close();
    telemetry.close();
  }
}
