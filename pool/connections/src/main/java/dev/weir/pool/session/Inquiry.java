package dev.weir.pool.session;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, over another connection, what became of a transaction whose COMMIT was not answered.
 */
public final class Inquiry {

  /** Who has no deadline waits so long for the truth. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration BETWEEN = Duration.ofMillis(10);

  /**
   * While it is in progress its process may wait for a client that is gone; to end that process
   * settles the matter, and harms no commit that is under way.
   */
  private static final String ASK =
      """
      SELECT pg_xact_status(x.id),
             CASE WHEN pg_xact_status(x.id) = 'in progress' THEN
               (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid = ? AND backend_xid = x.id::xid) END
      FROM (SELECT ?::xid8 AS id) AS x
      """;

  private final Connections connections;
  private final Retries.Pause pause;

  /** One that asks over these connections. */
  public Inquiry(Connections connections, Retries.Pause pause) {
    this.connections = connections;
    this.pause = pause;
  }

  /** Where a connection to the same server comes from. */
  @FunctionalInterface
  public interface Connections {
    /** One, to be closed after use. */
    Connection open() throws SQLException;
  }

  /** What the server knows. */
  public enum Answer {
    /** Its effects are there. */
    COMMITTED,
    /** Its effects are not there, and never will be. */
    ABORTED,
    /** The server was not reached in time, or has forgotten. */
    UNKNOWN
  }

  /** Asks until there is an answer or no time is left. */
  public Answer ask(Transaction.Identity identity) {
    Deadline end = Deadline.current().sooner(Deadline.in(PATIENCE));
    while (!end.hasPassed()) {
      String status = statusOrNull(identity);
      if (status != null && !status.equals("in progress")) {
        return switch (status) {
          case "committed" -> Answer.COMMITTED;
          case "aborted" -> Answer.ABORTED;
          default -> Answer.UNKNOWN;
        };
      }
      if (!pause.await(BETWEEN)) {
        return Answer.UNKNOWN;
      }
    }
    return Answer.UNKNOWN;
  }

  /** Null if it could not be asked; a status too old to be kept is "forgotten". */
  private @Nullable String statusOrNull(Transaction.Identity identity) {
    try (Connection connection = connections.open();
        PreparedStatement ask = connection.prepareStatement(ASK)) {
      ask.setInt(1, identity.pid());
      ask.setString(2, identity.xid());
      try (ResultSet row = ask.executeQuery()) {
        row.next();
        return Objects.requireNonNullElse(row.getString(1), "forgotten");
      }
    } catch (SQLException | AdmissionRejectedException notNow) {
      return null;
    }
  }
}
