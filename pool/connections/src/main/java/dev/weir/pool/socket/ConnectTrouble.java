package dev.weir.pool.socket;

import dev.weir.config.PostgresConfig;
import java.net.SocketException;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a connection could not be had, told apart by SQLSTATE, each with its mend. */
public enum ConnectTrouble {
  /** Its file or callback failed, so the server was not asked. */
  PASSWORD("was not asked: its password could not be read; check postgres.password-file."),
  /** The caller's thread was interrupted in the login. */
  INTERRUPTED("gave no connection: the waiting thread was interrupted."),
  /** User or password are wrong. */
  LOGIN("refused the login of user '%3$s' (%2$s): check postgres.user and postgres.password."),
  /** The server is there, the database is not. */
  NO_DATABASE("has no such database (%2$s): check the end of postgres.url."),
  /** The server has as many connections as it may. */
  FULL("has no connection left (%2$s): lower pool.max or raise max_connections on the server."),
  /** The server starts, stops or recovers. */
  NOT_READY("is starting, stopping or recovering (%2$s): try again once it accepts connections."),
  /** Too old for Weir. */
  UNFIT("%5$s"),
  /** A permit without a socket. */
  MISCOUNTED("is not to blame: %5$s"),
  /** Nobody answers. */
  UNREACHABLE(
      "could not be reached within %4$d ms: check that it runs and answers, postgres.url, and"
          + " postgres.connect-timeout."),
  /** What none of these is. */
  OTHER("gave no connection (%2$s): see the cause.");

  private final String text;

  ConnectTrouble(String text) {
    this.text = "PostgreSQL at %1$s " + text;
  }

  /** Tells the trouble behind a failure. */
  public static ConnectTrouble of(SQLException failure) {
    SQLException root = root(failure);
    if (root instanceof Known known) {
      return known.trouble;
    }
    if (isInterrupt(root.getCause())) {
      return INTERRUPTED;
    }
    String state = state(root);
    return switch (state) {
      case "28P01", "28000" -> LOGIN;
      case "3D000" -> NO_DATABASE;
      case "53300" -> FULL;
      case "57P01", "57P02", "57P03" -> NOT_READY;
      case "" -> UNREACHABLE;
      default -> state.startsWith("08") ? UNREACHABLE : OTHER;
    };
  }

  /** A virtual thread's login ends with the socket that its interrupt closed. */
  private static boolean isInterrupt(@Nullable Throwable cause) {
    return cause instanceof InterruptedException
        || (cause instanceof SocketException && "Closed by interrupt".equals(cause.getMessage()));
  }

  /** The driver's own exception, below what a pool wrapped around it. */
  public static SQLException root(SQLException failure) {
    return failure.getCause() instanceof SQLException deeper ? root(deeper) : failure;
  }

  /** The trouble and its mend in words. */
  public String text(PostgresConfig config, SQLException root) {
    return text.formatted(
        config.target(),
        state(root),
        config.user(),
        config.connectTimeout().toMillis(),
        root.getMessage());
  }

  /** A trouble that is known where it is found, and has no SQLSTATE of its own. */
  static final class Known extends SQLException {

    private static final long serialVersionUID = 1L;

    private final ConnectTrouble trouble;

    Known(ConnectTrouble trouble, String why, String state) {
      super(why, state);
      this.trouble = trouble;
    }
  }

  private static String state(SQLException failure) {
    return Objects.requireNonNullElse(failure.getSQLState(), "");
  }
}
