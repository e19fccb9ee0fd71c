package dev.weir.pool.socket;

/** Is told how logins go. Called on the thread that logs in; safe for use by many threads. */
public interface LoginListener {

  /** A socket was opened and logged in. */
  void connected(long nanos);

  /** It could not be; {@code sqlState} is empty if the driver gave none. */
  void connectFailed(String sqlState);
}
