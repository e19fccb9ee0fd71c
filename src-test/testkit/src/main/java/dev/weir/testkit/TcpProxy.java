package dev.weir.testkit;

import dev.weir.testkit.network.Inspection;
import dev.weir.testkit.network.Listener;
import dev.weir.testkit.network.ProxiedConnection;
import dev.weir.testkit.network.StandingRule;
import dev.weir.testkit.network.Weather;
import dev.weir.testkit.protocol.RuleBook;
import dev.weir.testkit.wire.Direction;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.ProxyRule;
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
 *
 * <p>One that was opened by {@link #toPostgres} also reads the messages that go by, and so can cut
 * a connection just before or just after the COMMIT. A rule ends when it is lifted, when it has
 * cut, or with the proxy.
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
  private final @Nullable RuleBook rules;
  private @Nullable Listener listener;
  private volatile boolean closed;

  private TcpProxy(InetSocketAddress target, @Nullable RuleBook rules) throws IOException {
    this.target = target;
    this.rules = rules;
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
    return open(host, port, null);
  }

  /**
   * As {@link #to}, and reads what goes by as PostgreSQL's messages, which costs some time for
   * each. An encrypted connection passes unread.
   *
   * @throws UncheckedIOException if there is no free port
   */
  public static TcpProxy toPostgres(String host, int port) {
    return open(host, port, new RuleBook());
  }

  private static TcpProxy open(String host, int port, @Nullable RuleBook rules) {
    try {
      return new TcpProxy(new InetSocketAddress(host, port), rules);
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

  /** Ends a black hole, and what was held back arrives; ends a drop, and what is lost stays so. */
  public void heal() {
    weather.blackHole(false);
    for (Direction direction : Direction.values()) {
      weather.drop(direction, false);
    }
  }

  /**
   * Loses all bytes of one direction, on all connections, until {@link #heal()}, while the other
   * goes on. A goodbye is not lost but late: it arrives when healed.
   */
  public void drop(Direction direction) {
    weather.drop(direction, true);
  }

  /**
   * Cuts the first connection on which so many more bytes have been delivered in this direction,
   * within a message or not: who receives them gets exactly those and an orderly end, who sends
   * them a reset. Bytes are counted for each connection, from its next one on.
   *
   * @param bytes how many still arrive; with 0 the next byte does not
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if such a rule stands for this direction already, or the proxy is
   *     closed
   */
  public ProxyRule truncate(Direction direction, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes = %d: must not be negative".formatted(bytes));
    }
    requireOpen();
    var rule = new StandingRule("cut after %d bytes %s".formatted(bytes, direction), () -> "");
    if (!weather.truncate(direction, bytes, rule)) {
      throw new IllegalStateException(
          "The rule \"%s\" still waits in this direction: lift() it before setting \"%s\""
              .formatted(weather.truncating(direction), rule));
    }
    return rule;
  }

  /**
   * Cuts the first connection on which such a message comes by, and does not pass it on: who would
   * have received it gets all that came before and an orderly end, who sent it a reset.
   *
   * @throws IllegalStateException if this proxy does not read messages, or is closed
   */
  public ProxyRule cutBefore(MessagePattern pattern) {
    return rules().cutBefore(pattern);
  }

  /**
   * Cuts the first connection on which such a message comes by, once it has been passed on: who
   * receives it gets it whole and then an orderly end, who sent it a reset and no answer. After a
   * COMMIT of the client the server commits, maybe a moment after the client has lost it; {@code
   * cutBefore(committed())} waits until it has.
   *
   * @throws IllegalStateException if this proxy does not read messages, or is closed
   */
  public ProxyRule cutAfter(MessagePattern pattern) {
    return rules().cutAfter(pattern);
  }

  /**
   * As {@link #cutBefore}, but who would have received it never hears that the sender is gone, as
   * when a machine loses its power: its side stays open until it ends it, or the proxy is closed.
   *
   * @throws IllegalStateException if this proxy does not read messages, or is closed
   */
  public ProxyRule vanish(MessagePattern pattern) {
    return rules().vanish(pattern);
  }

  /**
   * Delays each such message by this time, and what follows it on its connection in the same
   * direction. Of several delays for one message the longest counts.
   *
   * @throws IllegalArgumentException if the delay is not positive
   * @throws IllegalStateException if this proxy does not read messages, or is closed
   */
  public ProxyRule delay(MessagePattern pattern, Duration delay) {
    if (!delay.isPositive()) {
      throw new IllegalArgumentException(
          "delay = %s: must be positive; to end a delay lift() its rule".formatted(delay));
    }
    return rules().delay(pattern, delay);
  }

  /**
   * Counts such messages from now on; {@link ProxyRule#times()} tells how many.
   *
   * @throws IllegalStateException if this proxy does not read messages, or is closed
   */
  public ProxyRule count(MessagePattern pattern) {
    return rules().count(pattern);
  }

  /**
   * How often clients have waited for an answer since the start: a QUERY, SYNC or FUNCTION_CALL was
   * sent when none was still to be answered by READY_FOR_QUERY. What a client sends in one go is
   * one round trip, such as the BEGIN and the first statement of pgjdbc, if it is not more than 8
   * KiB. The login is not counted.
   *
   * @throws IllegalStateException if this proxy does not read messages
   */
  public long roundTrips() {
    return reading().roundTrips();
  }

  /** From now on what is sent arrives this much later, each way; zero ends it. */
  public void delay(Duration delay) {
    delay(delay, Duration.ZERO);
  }

  /**
   * As {@link #delay(Duration)}, and by chance up to as much later again as the jitter says; bytes
   * of one connection keep their order.
   *
   * @throws IllegalArgumentException if one of the two is negative
   */
  public void delay(Duration delay, Duration jitter) {
    if (delay.isNegative() || jitter.isNegative()) {
      throw new IllegalArgumentException(
          "delay = %s, jitter = %s: must not be negative".formatted(delay, jitter));
    }
    weather.delay(delay, jitter);
  }

  /**
   * From now on no more than so many bytes in a second arrive, each way on each connection; 0 ends
   * it, and what has waited arrives at once.
   *
   * @throws IllegalArgumentException if the number is negative
   */
  public void trickle(int bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "bytesPerSecond = %d: must not be negative".formatted(bytesPerSecond));
    }
    weather.rate(bytesPerSecond);
  }

  /**
   * Puts these bytes, which nobody has sent, before the next that arrive in this direction, on the
   * first connection on which there are any.
   *
   * @throws IllegalStateException if such a rule stands for this direction already, or the proxy is
   *     closed
   */
  public ProxyRule inject(Direction direction, byte[] bytes) {
    requireOpen();
    var rule = new StandingRule("%d bytes more %s".formatted(bytes.length, direction), () -> "");
    if (!weather.inject(direction, bytes.clone(), rule)) {
      throw new IllegalStateException(
          "The rule \"%s\" still waits in this direction: lift() it before setting \"%s\""
              .formatted(weather.injecting(direction), rule));
    }
    return rule;
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

  /** Stops listening, resets all connections, ends all rules; again and again is harmless. */
  @Override
  public void close() {
    closed = true;
    refuse();
    cut();
    if (rules != null) {
      rules.close();
    }
    for (Direction direction : Direction.values()) {
      StandingRule truncating = weather.truncating(direction);
      if (truncating != null) {
        truncating.end("the proxy was closed");
      }
      StandingRule injecting = weather.injecting(direction);
      if (injecting != null) {
        injecting.end("the proxy was closed");
      }
    }
  }

  private RuleBook rules() {
    requireOpen();
    return reading();
  }

  private RuleBook reading() {
    if (rules == null) {
      throw new IllegalStateException(
          "This proxy carries bytes and reads no messages: open it by TcpProxy.toPostgres(host, port)");
    }
    return rules;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "The proxy on port %d is closed, so a rule would never apply".formatted(port()));
    }
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
    // One thread accepts, so this is the number of this connection.
    Inspection inspection = rules == null ? Inspection.NONE : rules.inspection(opened.sum());
    var connection = new ProxiedConnection(client, weather, inspection, open::remove);
    open.add(connection);
    Thread.ofVirtual().start(() -> connection.serve(target, CONNECT_MILLIS, toServer, toClient));
  }
}
