package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.pool.admission.BorrowListener;
import dev.weir.pool.socket.LoginListener;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells several listeners and keeps callers, and the listeners from each other, safe from one that
 * throws: logged once for each, then ignored.
 */
final class SafePoolListener implements PoolListener, BorrowListener, LoginListener {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  private final List<Guarded> listeners;

  SafePoolListener(List<PoolListener> listeners) {
    this.listeners = listeners.stream().map(one -> new Guarded(one, new AtomicBoolean())).toList();
  }

  private record Guarded(PoolListener listener, AtomicBoolean told) {

    void tell(Consumer<PoolListener> call) {
      try {
        call.accept(listener);
      } catch (Throwable failure) {
        if (told.compareAndSet(false, true)) {
          LOG.warn(
              "Pool listener {} threw; it is called again, but this is logged only once.",
              listener.getClass().getName(),
              failure);
        }
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
  public void rejected(String lane, AdmissionRejectedException.Reason reason) {
    tell(listener -> listener.rejected(lane, reason));
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
