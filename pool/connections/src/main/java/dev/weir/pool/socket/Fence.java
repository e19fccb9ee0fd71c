package dev.weir.pool.socket;

import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;

/**
 * Whether the server behind the sockets is a standby, which refuses all writes (SQLSTATE 25006),
 * and when sockets are to be replaced because of that: another server may have become the primary,
 * and a login goes where the URL leads now.
 *
 * <p>Nobody asks for it: a server tells at the login, and with the next answer after its promotion
 * ({@code in_hot_standby}, from PostgreSQL 14 on; poolers do not pass it on). So one that is
 * promoted keeps its sockets. As long as new ones come to a standby again they are replaced ever
 * more seldom, down to once a minute.
 *
 * <p>Safe for use by many threads.
 */
final class Fence {

  private static final int FIRST = Lifetimes.ticks(Duration.ofSeconds(1));
  private static final int LONGEST = Lifetimes.ticks(Duration.ofMinutes(1));

  private volatile boolean standby;
  private int pause = FIRST;
  private boolean pausing;
  private int until;

  /** What a socket says of its server; to be asked by whoever has claimed it. */
  static boolean isStandby(PhysicalConnection connection) {
    try {
      return connection.jdbc().isWrapperFor(PGConnection.class)
          && "on"
              .equals(
                  connection
                      .jdbc()
                      .unwrap(PGConnection.class)
                      .getParameterStatus("in_hot_standby"));
    } catch (SQLException _) {
      return false;
    }
  }

  /** Whether the server was a standby when it was heard of last. */
  boolean isStandby() {
    return standby;
  }

  /** A socket has been opened. */
  synchronized void opened(PhysicalConnection connection) {
    standby = isStandby(connection);
    pause = standby ? pause : FIRST;
  }

  /** A socket comes back; costs one read while all is well. */
  void returned(PhysicalConnection connection) {
    if (standby && !isStandby(connection)) {
      standby = false;
    }
  }

  /**
   * The server has refused a write over this socket.
   *
   * @param now in ticks
   * @return whether all sockets are to be replaced
   */
  synchronized boolean refused(PhysicalConnection connection, int now) {
    if (!isStandby(connection)) {
      return false; // a read-only transaction, which has nothing to do with the server
    }
    standby = true;
    if (pausing && now - until < 0) {
      return false;
    }
    pausing = true;
    until = now + pause;
    pause = Math.min(LONGEST, 2 * pause);
    return true;
  }
}
