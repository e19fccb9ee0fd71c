package dev.weir.pool;

import dev.weir.config.Secret;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.Lane;
import dev.weir.gate.LanePause;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What an operator sees of a pool and does to it while it runs: another login, another size, a
 * pause, the end. Safe for use by many threads.
 */
abstract sealed class PoolOperations permits UnifiedConnectionManager {

  private final ConnectionSettings settings;
  private final Nodes nodes;
  private final Admission admission;
  private final PoolFigures figures;
  private final HolderWatch holders;
  private final Rotation rotation;
  final PoolSize size;
  private final Adaptation adaptation;

  PoolOperations(ConnectionSettings settings, Nodes nodes, Admission admission, Eyes eyes) {
    this.settings = settings;
    this.nodes = nodes;
    this.admission = admission;
    this.figures = eyes.figures();
    this.holders = eyes.holders();
    this.size = eyes.size();
    this.adaptation = eyes.adaptation();
    this.rotation = new Rotation(settings, nodes, admission, figures, size.changing());
  }

  /** The state of the pool, with all figures of this moment. */
  public final PoolSnapshot snapshot() {
    return figures.snapshot();
  }

  /** The connections that are borrowed now, by sessions and through data sources alike. */
  public final List<OpenSession> openSessions() {
    return nodes.borrowed().stream().flatMap(one -> OpenSession.of(one).stream()).toList();
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
   * notices. Waits for the first login alone. Logins of lanes ({@code lanes.<name>.user}) follow
   * one by one, in the same way with their own passwords; one that fails keeps none of the others
   * from it.
   *
   * @throws DatabaseUnavailableException if a login fails; its connections stay as they are. A
   *     password that was refused just now is not tried again before its pause is over.
   * @throws AdmissionRejectedException if all connections are in use and none comes back in time
   * @throws IllegalStateException if the service brought its own data source
   */
  public final void rotate() {
    rotation.all(false);
  }

  /**
   * As {@link #rotate()} for {@code postgres.user} alone, with this password from now on; if it is
   * refused, the old one stays. Lanes with a login of their own are not touched.
   *
   * @throws DatabaseUnavailableException as {@link #rotate()}
   */
  public final void rotate(Secret password) {
    rotation.to(Objects.requireNonNull(password, "password"));
  }

  /**
   * As {@link #rotate()} for those logins whose password reads otherwise than when they last went
   * well, be it that of {@code postgres.user} or of a lane.
   *
   * @return whether there were any
   * @throws DatabaseUnavailableException as {@link #rotate()}, and if one cannot be read
   */
  public final boolean rotateIfNew() {
    return rotation.all(true);
  }

  /**
   * Changes how many connections are kept, and how many there are at most. None in use is closed:
   * those that are too many go when they come back. What lanes reserve, and their limits, stay, and
   * with these what lanes with a login of their own have of {@code max}. In a fleet there are never
   * more than its share, whatever is asked for here.
   *
   * @throws dev.weir.config.ConfigurationException if the two do not fit each other
   * @throws IllegalArgumentException if the lanes reserve or have more
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
   * each can create a table. Changes nothing that lasts. Lanes with a login of their own have one
   * entry each after all others, in the order of their names, asked as that login.
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
    for (String own : nodes.own().keySet()) {
      try (Connection connection = admission.borrow(admission.lane(own).asLogin(), false)) {
        found.add(PrivilegeCheck.of(connection, connection.getMetaData().getUserName()));
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
    nodes.awaitEmpty(deadline);
    size.holdIfPaused();
    return nodes.inUse();
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
    nodes.closeGates();
    nodes.awaitEmpty(deadline);
    return nodes.inUse();
  }
}
