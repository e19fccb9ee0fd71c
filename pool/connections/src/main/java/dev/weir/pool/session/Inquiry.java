package dev.weir.pool.session;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, over another connection, what became of a transaction whose COMMIT was not answered.
 */
public final class Inquiry {

  /** Who has no deadline waits so long for the truth. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration BETWEEN = Duration.ofMillis(10);

  /** Of a number that no transaction bears, says the server. */
  private static final String IN_THE_FUTURE = "22023";

  private static final String WHEN = "SELECT pg_is_in_recovery(), " + Opening.ERA;

  /**
   * While it is in progress its process may wait for a client that is gone; to end that process
   * settles the matter, and harms no commit that is under way.
   */
  private static final String SETTLE =
      """
      SELECT pg_xact_status(x.id),
             CASE WHEN pg_xact_status(x.id) = 'in progress' THEN
               (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid = ? AND backend_xid = x.id::xid) END
      FROM (SELECT ?::xid8 AS id) AS x
      """;

  private static final String LOOK = "SELECT pg_xact_status(?::xid8)";

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
    /** The server was not reached in time, has forgotten, or has crashed and says "committed". */
    UNKNOWN
  }

  /** Asks until there is an answer or no time is left. */
  public Answer ask(Transaction.Identity identity) {
    Deadline end = Deadline.current().sooner(Deadline.in(PATIENCE));
    while (!end.hasPassed()) {
      Answer answer = answerOrNull(identity);
      if (answer != null) {
        return answer;
      }
      if (!pause.await(BETWEEN)) {
        return Answer.UNKNOWN;
      }
    }
    return Answer.UNKNOWN;
  }

  /** Null if it could not be asked, or is still in progress. */
  private @Nullable Answer answerOrNull(Transaction.Identity identity) {
    try (Connection connection = connections.open()) {
      boolean isStandby;
      boolean isSameLife;
      try (PreparedStatement ask = connection.prepareStatement(WHEN);
          ResultSet row = ask.executeQuery()) {
        row.next();
        isStandby = row.getBoolean(1);
        isSameLife = identity.era().equals(row.getString(2));
      }
      if (isStandby) {
        return null; // it may not have heard of it yet
      }
      return isSameLife ? settled(connection, identity) : survived(connection, identity);
    } catch (SQLException | AdmissionRejectedException notNow) {
      return null;
    }
  }

  private static @Nullable Answer settled(Connection connection, Transaction.Identity identity)
      throws SQLException {
    try (PreparedStatement ask = connection.prepareStatement(SETTLE)) {
      ask.setInt(1, identity.pid());
      ask.setString(2, identity.xid());
      return answer(ask, Answer.COMMITTED);
    }
  }

  /**
   * After a crash. The server has forgotten the numbers that no flushed record of its log bore, and
   * gives them out again: "committed" may be said of a stranger's transaction. "Aborted" holds for
   * ours in any case, for its number could not be another's if it had been kept; and a number of
   * the future was not kept.
   *
   * @see <a href="https://www.postgresql.org/docs/current/functions-info.html">The functions of
   *     transaction ids</a>
   */
  private static @Nullable Answer survived(Connection connection, Transaction.Identity identity)
      throws SQLException {
    try (PreparedStatement ask = connection.prepareStatement(LOOK)) {
      ask.setString(1, identity.xid());
      return answer(ask, Answer.UNKNOWN);
    } catch (SQLException failure) {
      if (IN_THE_FUTURE.equals(failure.getSQLState())) {
        return Answer.ABORTED;
      }
      throw failure;
    }
  }

  /** Null while it is in progress; a status too old to be kept is forgotten. */
  private static @Nullable Answer answer(PreparedStatement ask, Answer ifCommitted)
      throws SQLException {
    try (ResultSet row = ask.executeQuery()) {
      row.next();
      return switch (row.getString(1)) {
        case "in progress" -> null;
        case "committed" -> ifCommitted;
        case "aborted" -> Answer.ABORTED;
        case null, default -> Answer.UNKNOWN;
      };
    }
  }
}
