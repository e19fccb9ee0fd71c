package dev.weir.pool.line;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Makes the sockets of the driver, which finds it by its name and calls its constructor.
 *
 * <p>Inside {@link #opening} it makes shielded ones, for the line that is being opened; outside,
 * which is where the driver sends its CancelRequests, plain ones. Safe for use by many threads.
 */
public final class ShieldedSocketFactory extends SocketFactory {

  private static final ScopedValue<Line> OPENING = ScopedValue.newInstance();

  /** Called by the driver. */
  public ShieldedSocketFactory() {}

  /**
   * Runs {@code login}; the sockets made in it, on this thread, are those of {@code line}.
   *
   * @throws X what the login throws, untouched
   */
  public static <R, X extends Throwable> R opening(
      Line line, ScopedValue.CallableOp<? extends R, X> login) throws X {
    return ScopedValue.where(OPENING, line).<R, X>call(login);
  }

  @Override
  public Socket createSocket() throws IOException {
    if (!OPENING.isBound()) {
      return new Socket();
    }
    Line line = OPENING.get();
    var socket = new ShieldedSocket(line);
    line.use(socket);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return getDefault().createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return getDefault().createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return getDefault().createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return getDefault().createSocket(host, port, localHost, localPort);
  }
}
