package dev.weir.pool.lease;

import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.postgresql.PGStatement;

/**
 * What is done to a statement beside its work: {@code sample} in those borrows that are timed, one
 * in 64, and {@code comment} where {@code pool.sql-comments} asks for it. What the server makes of
 * a comment is measured by the load harness, scenario {@code sessions}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StatementExtrasBenchmark {

  private static final String SQL = "SELECT id, name, price FROM item WHERE id = ?";

  private final PostgresServer server = PostgresServer.start();
  private final Statements statements = new Statements();
  private final Remark remark = Remark.of("look up an order", () -> null);
  private final Connection connection;
  private final PreparedStatement statement;

  /** Connects. */
  public StatementExtrasBenchmark() {
    try {
      connection =
          DriverManager.getConnection(server.jdbcUrl("postgres"), server.user(), server.password());
      statement = connection.prepareStatement("SELECT 1");
    } catch (SQLException failure) {
      throw new IllegalStateException("The server cannot be reached.", failure);
    }
  }

  /** Executes it once, so that the driver knows it. */
  @Setup(Level.Trial)
  public void execute() throws SQLException {
    statement.execute();
  }

  /** How a prepared statement is about to be run. */
  @Benchmark
  public Statements sample() throws SQLException {
    if (statement.isWrapperFor(PGStatement.class)) {
      statements.count(statement.unwrap(PGStatement.class), connection);
    }
    return statements;
  }

  /** The text of a statement with its comment. */
  @Benchmark
  public String comment() {
    return remark.on(SQL);
  }

  /** Ends the server. */
  @TearDown(Level.Trial)
  public void close() throws SQLException {
    connection.close();
    server.close();
  }
}
