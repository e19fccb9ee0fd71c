package dev.weir.pool;

import dev.weir.config.Secret;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.socket.PostgresSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Has the connections of a manager replaced by such as log in anew: those of the login of all, and
 * those of each lane that has one of its own. Safe for use by many threads, one at a time.
 */
final class Rotation {

  private final Admission admission;
  private final PoolFigures figures;
  private final ReentrantLock changing;
  private final List<Login> logins = new ArrayList<>();

  Rotation(
      ConnectionSettings settings,
      Nodes nodes,
      Admission admission,
      PoolFigures figures,
      ReentrantLock changing) {
    this.admission = admission;
    this.figures = figures;
    this.changing = changing;
    logins.add(new Login(nodes.shared(), admission.lane(settings.signalLane())));
    nodes.own().forEach((lane, node) -> logins.add(new Login(node, admission.lane(lane))));
  }

  /**
   * One of the logins.
   *
   * @param lane in which to wait for a connection of that login
   */
  private record Login(Node node, PoolLane lane) {

    PostgresSource source() {
      PostgresSource own = node.source();
      if (own == null) {
        throw new IllegalStateException(
            "The service brought its own data source, which logs in by itself: rotate there.");
      }
      return own;
    }
  }

  /** The login of all, with that password. */
  void to(Secret password) {
    renew(logins.getFirst(), password);
  }

  /**
   * Every login, or those whose password reads otherwise than at the last one. If one cannot be
   * had, the others are renewed all the same.
   *
   * @return whether any was renewed
   */
  boolean all(boolean onlyNew) {
    boolean any = false;
    RuntimeException failed = null;
    for (Login login : logins) {
      try {
        if (!onlyNew || isNew(login)) {
          renew(login, null);
          any = true;
        }
      } catch (RuntimeException failure) {
        if (failed == null) {
          failed = failure;
        } else {
          failed.addSuppressed(failure);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
    return any;
  }

  private boolean isNew(Login login) {
    try {
      return login.source().isPasswordNew();
    } catch (SQLException failure) {
      throw figures.unavailable(login.lane, failure);
    }
  }

  private void renew(Login login, @Nullable Secret next) {
    PostgresSource source = login.source();
    changing.lock();
    Secret before = next == null ? null : source.password(next);
    boolean done = false;
    try {
      admission.renew(login.lane);
      done = true;
    } catch (SQLException failure) {
      throw figures.unavailable(login.lane, failure);
    } finally {
      if (!done && before != null) {
        source.password(before);
      }
      changing.unlock();
    }
  }
}
