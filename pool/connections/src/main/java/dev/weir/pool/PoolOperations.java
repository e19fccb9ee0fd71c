package dev.weir.pool;

import dev.weir.config.Secret;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.Lane;
import dev.weir.gate.LanePause;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.socket.PostgresSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sees of a pool and does to it while it runs: another login, another size, a
 * pause, the end. Safe for use by many threads.
 */
abstract sealed class PoolOperations permits UnifiedConnectionManager {

  private final ConnectionSettings settings;
  private final Node node;
  private final Admission admission;
  private final PoolFigures figures;
  private final HolderWatch holders;
  final PoolSize size;
  private final Adaptation adaptation;

  PoolOperations(ConnectionSettings settings, Node node, Admission admission, Eyes eyes) {
    this.settings = settings;
    this.node = node;
    this.admission = admission;
    this.figures = eyes.figures();
    this.holders = eyes.holders();
    this.size = eyes.size();
    this.adaptation = eyes.adaptation();
  }

  /** The state of the pool, with all figures of this moment. */
  public final PoolSnapshot snapshot() {
    return figures.snapshot();
  }

  /** The connections that are borrowed now, by sessions and through data sources alike. */
  public final List<OpenSession> openSessions() {
    return node.physical().borrowed().stream()
        .flatMap(one -> OpenSession.of(one).stream())
        .toList();
  }

  /**
   * Refuses everybody in this lane until the pause is closed, see {@link Lane#pause}.
   *
   * @throws IllegalArgumentException if no such lane is declared
   */
  public final LanePause pauseLane(String lane, String why) {
    return admission.lane(lane).lane().pause(why);
  }

  /**
   * The connections that have been held for longer than {@link WatchRules#slowAfter}, each as it
   * was when it became slow.
   */
  public final List<SlowSession> slowSessions() {
    return holders.slow();
  }

  /**
   * Logs in anew, with what the password's file or callback says now, and has all connections
   * replaced by such ones: one first, then a few at a time, each when nobody uses it. No session
   * notices. Waits for the first login alone.
   *
   * @throws DatabaseUnavailableException if that login fails; the connections stay as they are. A
   *     password that was refused just now is not tried again before its pause is over.
   * @throws AdmissionRejectedException if all connections are in use and none comes back in time
   * @throws IllegalStateException if the service brought its own data source
   */
  public final void rotate() {
    rotateTo(null);
  }

  /**
   * As {@link #rotate()}, with this password from now on; if it is refused, the old one stays.
   *
   * @throws DatabaseUnavailableException as {@link #rotate()}
   */
  public final void rotate(Secret password) {
    rotateTo(Objects.requireNonNull(password, "password"));
  }

  /**
   * As {@link #rotate()}, if the password reads otherwise than at the last login.
   *
   * @return whether it did
   * @throws DatabaseUnavailableException as {@link #rotate()}, and if it cannot be read
   */
  public final boolean rotateIfNew() {
    boolean isNew;
    try {
      isNew = source().isPasswordNew();
    } catch (SQLException failure) {
      throw figures.unavailable(failure);
    }
    if (isNew) {
      rotateTo(null);
    }
    return isNew;
  }

  private void rotateTo(@Nullable Secret next) {
    PostgresSource source = source();
    size.changing().lock();
    Secret before = next == null ? null : source.password(next);
    boolean done = false;
    try {
      admission.renew(admission.lane(settings.signalLane()));
      done = true;
    } catch (SQLException failure) {
      throw figures.unavailable(failure);
    } finally {
      if (!done && before != null) {
        source.password(before);
      }
      size.changing().unlock();
    }
  }

  private PostgresSource source() {
    PostgresSource own = node.source();
    if (own == null) {
      throw new IllegalStateException(
          "The service brought its own data source, which logs in by itself: rotate there.");
    }
    return own;
  }

  /**
   * Changes how many connections are kept, and how many there are at most. None in use is closed:
   * those that are too many go when they come back. What lanes reserve, and their limits, stay. In
   * a fleet there are never more than its share, whatever is asked for here.
   *
   * @throws dev.weir.config.ConfigurationException if the two do not fit each other
   * @throws IllegalArgumentException if the lanes reserve more
   * @throws UnsupportedOperationException if the service brought its own data source
   */
  public final void resize(int min, int max) {
    size.resize(min, max);
  }

  /**
   * What would be better now, with its reason: how many callers to let in, then how many
   * connections to have. Two entries always; one that is best left as it is says why. Told whether
   * or not {@code pool.adapt} has it done, and changes nothing.
   */
  public final List<Adjustment> advice() {
    return adaptation.advice();
  }

  /**
   * Asks the server what roles may do in this database, that of the login first, and tries whether
   * each can create a table. Changes nothing that lasts.
   *
   * @param roles others that sessions run as, by {@link Access#role}
   * @throws SQLException if the server does not answer, or knows no such role (SQLSTATE 42704)
   * @throws AdmissionRejectedException if the gate refuses
   */
  public final List<RolePrivileges> verifyPrivileges(String... roles) throws SQLException {
    var found = new ArrayList<RolePrivileges>();
    PoolLane lane = admission.lane(settings.signalLane()).asLogin();
    try (Connection connection = admission.borrow(lane, false)) {
      found.add(PrivilegeCheck.of(connection, connection.getMetaData().getUserName()));
      for (String role : roles) {
        found.add(PrivilegeCheck.of(connection, role));
      }
    }
    return List.copyOf(found);
  }

  /**
   * Lets nobody begin a session until {@link #resume()}: who comes waits, as for any connection.
   * Waits until those under way have ended, at most until the deadline, and closes the idle
   * connections; so a server can be restarted without a failed session. A session that needs a
   * second connection to go on cannot have it meanwhile.
   *
   * @return sessions still open at the deadline
   */
  public final int pause(Deadline deadline) {
    size.pause();
    node.gate().awaitEmpty(deadline);
    size.holdIfPaused();
    return node.gate().snapshot().inUse();
  }

  /** Ends a pause, one that still waits too; harmless if there is none. */
  public final void resume() {
    size.resume();
  }

  /**
   * Refuses new sessions from now on.
   *
   * @param exempt asked on the caller's thread; true lets that caller in all the same, so that work
   *     under way can end
   */
  public final void stopAccepting(BooleanSupplier exempt) {
    admission.drain(Objects.requireNonNull(exempt, "exempt"));
  }

  /**
   * Refuses every new session and waits until those under way have ended, at most until the
   * deadline.
   *
   * @return sessions still open at the deadline
   */
  public final int drain(Deadline deadline) {
    admission.drain(() -> false);
    node.gate().close();
    node.gate().awaitEmpty(deadline);
    return node.gate().snapshot().inUse();
  }
}
