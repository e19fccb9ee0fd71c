package dev.weir.testkit.process;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;

/**
 * Just enough of Redis' protocol for PING and FLUSHALL, so that the testkit does not choose its
 * users' client: one command, one connection, one line of answer.
 *
 * @param credentials nothing, an empty password, a password, or a user and a password
 */
public record RedisWire(String host, int port, boolean tls, List<String> credentials) {
  private static final int DEFAULT_PORT = 6379;
  private static final int TIMEOUT_MILLIS = 2_000;

  /** A server named by a URI such as {@code redis://user:password@host:6379}. */
  public static RedisWire of(URI uri) {
    String user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
    List<String> credentials = Stream.of(user.split(":", 2)).filter(it -> !it.isEmpty()).toList();
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return new RedisWire(uri.getHost(), port, "rediss".equals(uri.getScheme()), credentials);
  }

  /**
   * Sends one command and returns the first line of the answer, without its type mark.
   *
   * @throws UncheckedIOException if the server cannot be reached or answers with an error
   */
  public String call(String... command) {
    try (Socket socket = connect()) {
      var in = new BufferedInputStream(socket.getInputStream());
      if (!String.join("", credentials).isEmpty()) {
        List<String> auth = new ArrayList<>(List.of("AUTH"));
        auth.addAll(credentials);
        exchange(socket, in, auth);
      }
      return exchange(socket, in, List.of(command));
    } catch (IOException e) {
      throw new UncheckedIOException("Redis at %s:%d: %s".formatted(host, port, e.getMessage()), e);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = tls ? SSLSocketFactory.getDefault().createSocket() : new Socket();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    try {
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static String exchange(Socket socket, InputStream in, List<String> command)
      throws IOException {
    var request = new StringBuilder("*" + command.size() + "\r\n");
    for (String word : command) {
      int length = word.getBytes(StandardCharsets.UTF_8).length;
      request.append('$').append(length).append("\r\n").append(word).append("\r\n");
    }
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
    String answer = line(in);
    if (answer.startsWith("-")) {
      throw new IOException(command.getFirst() + " was answered with " + answer);
    }
    return answer.substring(1);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed the connection");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Override
  public String toString() {
    return "redis at " + host + ":" + port;
  }
}
