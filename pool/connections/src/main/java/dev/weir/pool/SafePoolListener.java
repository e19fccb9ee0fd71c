package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.pool.admission.BorrowListener;
import dev.weir.pool.socket.LoginListener;
import dev.weir.tasks.spi.Step;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells several listeners and keeps callers, and the listeners from each other, safe from one that
 * throws: logged once for each, then ignored.
 */
final class SafePoolListener implements PoolListener, BorrowListener, LoginListener {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  private static final int MOST_TOLD = 100;

  private final List<Guarded> listeners;
  private final Guarded[] followers;

  /** Of what was left behind: lane and kinds, logged already. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  SafePoolListener(List<PoolListener> listeners) {
    this.listeners = listeners.stream().map(one -> new Guarded(one, new AtomicBoolean())).toList();
    this.followers = this.listeners.stream().filter(Guarded::follows).toArray(Guarded[]::new);
  }

  /** Tells a listener that something begins. */
  private interface Beginning {
    @Nullable Step told(PoolListener listener, Access access);
  }

  private record Guarded(PoolListener listener, AtomicBoolean told) {

    boolean wantsSessionEnds() {
      var wanted = new AtomicBoolean();
      tell(it -> wanted.set(it.wantsSessionEnds()));
      return wanted.get();
    }

    void tell(Consumer<PoolListener> call) {
      try {
        call.accept(listener);
      } catch (Throwable failure) {
        failed(failure);
      }
    }

    boolean follows() {
      try {
        return listener.follows();
      } catch (Throwable failure) {
        failed(failure);
        return false;
      }
    }

    @Nullable Step begin(Beginning what, Access access, @Nullable Step before) {
      try {
        Step step = what.told(listener, access);
        return step == null ? before : Step.safely(step, before, this::failed);
      } catch (Throwable failure) {
        failed(failure);
        return before;
      }
    }

    private void failed(Throwable failure) {
      if (told.compareAndSet(false, true)) {
        LOG.warn(
            "Pool listener {} threw; it is called again, but this is logged only once.",
            listener.getClass().getName(),
            failure);
      }
    }
  }

  @Override
  public void waited(String lane, long nanos) {
    tell(listener -> listener.waited(lane, nanos));
  }

  @Override
  public void used(String lane, long nanos) {
    tell(listener -> listener.used(lane, nanos));
  }

  @Override
  public boolean wantsSessionEnds() {
    return listeners.stream().anyMatch(Guarded::wantsSessionEnds);
  }

  @Override
  public void sessionEnded(String lane, long nanos, @Nullable Throwable failure) {
    tell(listener -> listener.sessionEnded(lane, nanos, failure));
  }

  @Override
  public void rejected(String lane, AdmissionRejectedException.Reason reason, long waitNanos) {
    tell(listener -> listener.rejected(lane, reason, waitNanos));
  }

  @Override
  public boolean follows() {
    return followers.length > 0;
  }

  @Override
  public @Nullable Step session(Access access) {
    return begin(PoolListener::session, access);
  }

  @Override
  public @Nullable Step transaction(Access access) {
    return begin(PoolListener::transaction, access);
  }

  @Override
  public @Nullable Step request(Access access) {
    return begin(PoolListener::request, access);
  }

  private @Nullable Step begin(Beginning what, Access access) {
    Step followed = null;
    for (Guarded follower : followers) {
      followed = follower.begin(what, access, followed);
    }
    return followed;
  }

  @Override
  public void retrying(String lane, String sqlState) {
    tell(listener -> listener.retrying(lane, sqlState));
  }

  @Override
  public void outcomeUnknown(String lane) {
    tell(listener -> listener.outcomeUnknown(lane));
  }

  @Override
  public void leftBehind(String lane, String what) {
    if (told.size() < MOST_TOLD && told.add(lane + ": " + what)) {
      LOG.warn(
          "A session of lane '{}' left {} behind. What can be put back is, which costs a message at"
              + " each return: use SET LOCAL, pg_advisory_xact_lock, ON COMMIT DROP and the like. Told"
              + " once.",
          lane,
          what);
    }
    tell(listener -> listener.leftBehind(lane, what));
  }

  @Override
  public void slowHolder(SlowSession session) {
    LOG.warn("{}", session);
    tell(listener -> listener.slowHolder(session));
  }

  @Override
  public void adjusted(Adjustment adjustment) {
    LOG.atLevel(adjustment.knob() == Adjustment.Knob.SIZE ? Level.INFO : Level.DEBUG)
        .log("{}", adjustment);
    tell(listener -> listener.adjusted(adjustment));
  }

  @Override
  public void shareChanged(FleetShare share) {
    tell(listener -> listener.shareChanged(share));
  }

  @Override
  public void connected(long nanos) {
    tell(listener -> listener.connected(nanos));
  }

  @Override
  public void connectFailed(String sqlState) {
    tell(listener -> listener.connectFailed(sqlState));
  }

  private void tell(Consumer<PoolListener> call) {
    for (Guarded listener : listeners) {
      listener.tell(call);
    }
  }
}
