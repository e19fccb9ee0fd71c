package dev.weir.pool.admission;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.pool.socket.LoginListener;

/** Hears everything and says nothing. */
public final class Quiet implements BorrowListener, LoginListener {

  @Override
  public void waited(String lane, long nanos) {}

  @Override
  public void used(String lane, long nanos) {}

  @Override
  public void rejected(String lane, AdmissionRejectedException.Reason reason, long waitNanos) {}

  @Override
  public void connected(long nanos) {}

  @Override
  public void connectFailed(String sqlState) {}

  @Override
  public void leftBehind(String lane, String what) {}
}
