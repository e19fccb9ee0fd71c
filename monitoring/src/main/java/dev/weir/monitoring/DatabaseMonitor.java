package dev.weir.monitoring;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.monitoring.text.SafeText;
import dev.weir.pool.Access;
import dev.weir.pool.DatabaseUnavailableException;
import dev.weir.pool.PoolSnapshot;
import dev.weir.pool.UnifiedConnectionManager;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database answers, asked through the lane that is kept for this: a pool in which all
 * is busy does not make it look dead.
 */
final class DatabaseMonitor implements HealthMonitor {

  private static final String NAME = "database";
  private static final String LANE = "admin";
  private static final String TOO_MANY_CLIENTS = "53300";
  private static final int FILLING_PERCENT = 80;
  private static final int FULL_PERCENT = 90;

  // Only superusers see backend_type of others' sessions; database and user of a session all see.
  private static final String QUESTION =
      """
      SELECT current_setting('server_version'), pg_is_in_recovery(),
             current_setting('max_connections')::int,
             (SELECT count(*) FROM pg_stat_activity
               WHERE datid IS NOT NULL AND usesysid IS NOT NULL
                 AND coalesce(backend_type, 'client backend') = 'client backend'),
             current_setting('superuser_reserved_connections')::int
               + coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::int""";

  private final UnifiedConnectionManager connections;

  DatabaseMonitor(UnifiedConnectionManager connections) {
    this.connections = connections;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Kind kind() {
    return Kind.DEPENDENCY;
  }

  @Override
  public Health check() {
    long start = System.nanoTime();
    try {
      return connections.withSession(Access.readWrite().lane(LANE), DatabaseMonitor::ask);
    } catch (DatabaseUnavailableException away) {
      return down(String.valueOf(away.getMessage()), away, start);
    } catch (SQLException failure) {
      String silent = Deadline.current().hasPassed() ? "PostgreSQL did not answer in time: " : "";
      return down(silent + SafeText.of(failure), failure, start);
    } catch (AdmissionRejectedException refused) {
      return notAsked(refused);
    }
  }

  private static Health ask(Connection connection) throws SQLException {
    long start = System.nanoTime();
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(QUESTION)) {
      answer.next();
      int used = answer.getInt(4);
      int reserved = answer.getInt(5);
      int most = answer.getInt(3) - reserved;
      Evidence evidence =
          Evidence.of("version", answer.getString(1))
              .and("role", answer.getBoolean(2) ? "replica" : "primary")
              .and("round trip", since(start))
              .and("connections", used)
              .and("max_connections", answer.getInt(3))
              .and("reserved", reserved);
      return judged(used, most, evidence);
    }
  }

  /** Most is what the server has less what it keeps for superusers and the like. */
  static Health judged(int used, int most, Evidence evidence) {
    if (used * 100L < most * (long) FILLING_PERCENT) {
      return new Health.Up(NAME, evidence);
    }
    String nearly = used * 100L < most * (long) FULL_PERCENT ? "" : ", so that few are left";
    return new Health.Degraded(
        NAME,
        "%d of the server's %d connections for all are taken%s".formatted(used, most, nearly),
        evidence,
        "lower pool.max here or in the other services on this server, or raise max_connections");
  }

  private Health down(String cause, Throwable failure, long start) {
    PoolSnapshot pool = connections.snapshot();
    String state = sqlState(failure);
    Evidence evidence =
        Evidence.of("server", pool.target())
            .and("waited", since(start))
            .and("SQLSTATE", state)
            .and("pool connections", pool.connections());
    if (state.equals(TOO_MANY_CLIENTS)) {
      return new Health.Down(
          NAME,
          "PostgreSQL runs, but has no connection left for us: " + cause,
          evidence,
          "see pg_stat_activity for who holds them; lower pool.max of the services on this server,"
              + " or raise max_connections");
    }
    return new Health.Down(
        NAME,
        cause,
        evidence,
        "see that PostgreSQL runs and that postgres.url, postgres.user and postgres.password fit;"
            + " sessions work again by themselves once it answers");
  }

  private static String sqlState(Throwable failure) {
    for (@Nullable Throwable it = failure; it != null; it = it.getCause()) {
      if (it instanceof SQLException sql && sql.getSQLState() != null) {
        return Objects.requireNonNull(sql.getSQLState());
      }
    }
    return "none";
  }

  private static Health notAsked(AdmissionRejectedException refused) {
    return new Health.Unknown(
        NAME,
        "the check got no connection: " + refused.getMessage(),
        Evidence.of("lane", refused.lane())
            .and("reason", refused.reason())
            .and("waiting", refused.queued()),
        "return connections of the lane '%s' sooner, or raise lanes.%s.reserved"
            .formatted(LANE, LANE));
  }

  private static String since(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms";
  }
}
