package dev.weir.testkit;

import dev.weir.testkit.network.Listener;
import dev.weir.testkit.network.ProxiedConnection;
import dev.weir.testkit.network.Weather;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A network between a client and a server that fails on request: real sockets on both sides, on
 * virtual threads. Safe for any thread.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BACKLOG = 512;
  private static final int CONNECT_MILLIS = 5_000;

  private final InetSocketAddress target;
  private final InetSocketAddress local;
  private final Weather weather = new Weather();
  private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();
  private final LongAdder opened = new LongAdder();
  private final LongAdder toServer = new LongAdder();
  private final LongAdder toClient = new LongAdder();
  private @Nullable Listener listener;

  private TcpProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    ServerSocket first = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.local = (InetSocketAddress) first.getLocalSocketAddress();
    this.listener = Listener.on(first, this::serve);
  }

  /**
   * Starts a proxy on a free port of this machine; the server may come up later.
   *
   * @throws UncheckedIOException if there is no free port
   */
  public static TcpProxy to(String host, int port) {
    try {
      return new TcpProxy(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot listen for connections to " + host + ":" + port, e);
    }
  }

  /** The address clients connect to. */
  public String host() {
    return local.getAddress().getHostAddress();
  }

  /** The port clients connect to; stays the same through {@link #refuse()}. */
  public int port() {
    return local.getPort();
  }

  /** Resets (RST) all open connections on both sides; new ones are served. */
  public void cut() {
    open.forEach(ProxiedConnection::reset);
  }

  /**
   * Stops listening: new connections are refused, open ones go on. Harmless if it refuses already.
   */
  public synchronized void refuse() {
    if (listener != null) {
      listener.close();
      listener = null;
    }
  }

  /**
   * Listens again, on the same port. Harmless if it does so already.
   *
   * @throws UncheckedIOException if someone else has taken the port meanwhile
   */
  public synchronized void accept() {
    if (listener != null) {
      return;
    }
    try {
      listener = Listener.on(listen(local), this::serve);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot listen on port " + port() + " again", e);
    }
  }

  /** Accepts and keeps connections, but lets nothing through, either way, until {@link #heal()}. */
  public void blackHole() {
    weather.blackHole(true);
  }

  /** Ends a black hole; what was held back arrives. */
  public void heal() {
    weather.blackHole(false);
  }

  /** From now on what is sent arrives this much later, each way; zero ends it. */
  public void delay(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay = %s: must not be negative".formatted(delay));
    }
    weather.delay(delay);
  }

  /** How many connections clients have opened since the start. */
  public long connectionsOpened() {
    return opened.sum();
  }

  /** How many connections are open now. */
  public int connectionsOpen() {
    return open.size();
  }

  /** How many bytes have been delivered to the server since the start. */
  public long bytesToServer() {
    return toServer.sum();
  }

  /** How many bytes have been delivered to clients since the start. */
  public long bytesToClient() {
    return toClient.sum();
  }

  /** Stops listening and resets all connections; again and again is harmless. */
  @Override
  public void close() {
    refuse();
    cut();
  }

  private static ServerSocket listen(InetSocketAddress address) throws IOException {
    var socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void serve(Socket client) {
    opened.increment();
    var connection = new ProxiedConnection(client, weather, open::remove);
    open.add(connection);
    Thread.ofVirtual().start(() -> connection.serve(target, CONNECT_MILLIS, toServer, toClient));
  }
}
