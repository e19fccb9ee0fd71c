package dev.weir.pool.socket;

import dev.weir.config.PostgresConfig;
import java.net.SocketException;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a connection could not be had, told apart by SQLSTATE, each with its mend. */
public enum ConnectTrouble {
  /** Its file or callback failed, so the server was not asked. */
  PASSWORD("was not asked: its password could not be read; check %6$s.password-file."),
  /** The caller's thread was interrupted in the login. */
  INTERRUPTED("gave no connection: the waiting thread was interrupted."),
  /** User or password are wrong. */
  LOGIN("refused the login of user '%3$s' (%2$s): check %6$s.user and %6$s.password."),
  /** The server is there, the database is not. */
  NO_DATABASE("has no such database (%2$s): check the end of postgres.url."),
  /** The server has as many connections as it may. */
  FULL("has no connection left (%2$s): lower pool.max or raise max_connections on the server."),
  /** The login may not run as the role that was asked for, or there is none. */
  ROLE(
      "lets the login %3$s not run as the role of the session (%2$s, %5$s): create the role, or GRANT"
          + " it to the login."),
  /** The server starts, stops or recovers. */
  NOT_READY("is starting, stopping or recovering (%2$s): try again once it accepts connections."),
  /** Its certificate is not accepted, or ours. */
  TLS("gave no connection, since TLS failed (%2$s): %5$s"),
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
    if (TlsTrouble.words(root) != null) {
      return TLS;
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

  /**
   * The trouble and its mend in words.
   *
   * @param config the server, and the login that was tried
   * @param settings under which keys that login is set, such as {@code postgres}
   */
  public String text(PostgresConfig config, String settings, SQLException root) {
    return text.formatted(
        config.target(),
        state(root),
        config.user(),
        config.connectTimeout().toMillis(),
        Objects.requireNonNullElse(TlsTrouble.words(root), root.getMessage()),
        settings);
  }

  /** What a failed try came of, in a few words: its SQLSTATE, and more where that says little. */
  public static String brief(SQLException failure) {
    SQLException root = root(failure);
    String words = TlsTrouble.words(root);
    return words == null ? state(root) : state(root) + ", " + words;
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
