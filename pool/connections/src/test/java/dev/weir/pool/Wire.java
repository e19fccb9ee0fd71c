package dev.weir.pool;

import dev.weir.testkit.TestDatabase;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A network to PostgreSQL that reads along: it knows what is said to the server in how many round
 * trips, and can lose a COMMIT or the answer to it.
 */
final class Wire implements AutoCloseable {

  private static final int SSL_REQUEST = 80877103;
  private static final int CANCEL_REQUEST = 80877102;

  private final ServerSocket listener;
  private final URI server;
  private final String database;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final AtomicInteger roundTrips = new AtomicInteger();
  private final AtomicReference<Loss> next = new AtomicReference<>(Loss.NONE);

  private volatile boolean refuses;

  /** What becomes of the next COMMIT. */
  enum Loss {
    NONE,
    /** It never reaches the server. */
    COMMIT,
    /** It never reaches the server, which does not learn that the client is gone. */
    CLIENT,
    /** The server has done it, and nobody hears of it. */
    ANSWER
  }

  private Wire(TestDatabase behind) throws IOException {
    this.server = URI.create(behind.jdbcUrl().substring("jdbc:".length()));
    this.database = behind.jdbcUrl();
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::acceptAll);
  }

  static Wire to(TestDatabase database) {
    try {
      return new Wire(database);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The database as one reaches it through here. */
  String url() {
    return database.replace(
        server.getHost() + ":" + server.getPort(),
        listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort());
  }

  void loseNext(Loss loss) {
    next.set(loss);
  }

  /** Whether the loss that was asked for has happened. */
  boolean hasLost() {
    return next.get() == Loss.NONE;
  }

  void forget() {
    said.clear();
    roundTrips.set(0);
  }

  /** The statements that were executed, in order. */
  List<String> said() {
    return List.copyOf(said);
  }

  /** How often a client waited for the server. */
  int roundTrips() {
    return roundTrips.get();
  }

  /** New connections are closed at once, until {@link #accept}. */
  void refuse() {
    refuses = true;
  }

  void accept() {
    refuses = false;
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refuses) {
          client.close();
          continue;
        }
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var behind = new Socket(server.getHost(), server.getPort())) {
      client.setTcpNoDelay(true);
      behind.setTcpNoDelay(true);
      new Talk(client, behind).listen();
    } catch (IOException gone) {
      // One side has closed; so is the other now.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** One client's connection. */
  private final class Talk {
    private final Socket client;
    private final Socket behind;
    private final Map<String, String> prepared = new HashMap<>();
    private volatile boolean silent;
    private boolean alone;
    private Thread answered = Thread.currentThread();

    Talk(Socket client, Socket behind) {
      this.client = client;
      this.behind = behind;
    }

    void listen() throws IOException, InterruptedException {
      var from = new DataInputStream(client.getInputStream());
      OutputStream to = behind.getOutputStream();
      answered = Thread.ofVirtual().start(this::answer);
      if (!greet(from, to)) {
        return;
      }
      while (true) {
        byte type = from.readByte();
        int length = from.readInt();
        byte[] body = from.readNBytes(length - 4);
        if (isLost(type, body)) {
          awaitServerIfAlone();
          return;
        }
        if (waits(type, body)) {
          roundTrips.incrementAndGet();
        }
        to.write(ByteBuffer.allocate(length + 1).put(type).putInt(length).put(body).array());
      }
    }

    /** The driver sends BEGIN together with what follows it. */
    private static boolean waits(byte type, byte[] body) {
      return type == 'S' || (type == 'Q' && !strings(body)[0].startsWith("BEGIN"));
    }

    private boolean greet(DataInputStream from, OutputStream to) throws IOException {
      int code;
      do {
        int length = from.readInt();
        byte[] body = from.readNBytes(length - 4);
        code = ByteBuffer.wrap(body).getInt();
        to.write(ByteBuffer.allocate(length).putInt(length).put(body).array());
      } while (code == SSL_REQUEST);
      return code != CANCEL_REQUEST || from.read() < 0;
    }

    private boolean isLost(byte type, byte[] body) {
      if (type == 'P') {
        String[] parts = strings(body);
        prepared.put(parts[0], parts[1]);
        return false;
      }
      String sql =
          switch (type) {
            case 'Q' -> strings(body)[0];
            case 'B' -> prepared.getOrDefault(strings(body)[1], "");
            default -> "";
          };
      if (!sql.isEmpty()) {
        said.add(sql);
      }
      if (!sql.equals("COMMIT")) {
        return false;
      }
      Loss loss = next.getAndSet(Loss.NONE);
      silent = loss == Loss.ANSWER || loss == Loss.CLIENT;
      alone = loss == Loss.CLIENT;
      return loss == Loss.COMMIT || alone;
    }

    private void awaitServerIfAlone() throws IOException, InterruptedException {
      if (alone) {
        client.close();
        answered.join();
      }
    }

    private static String[] strings(byte[] body) {
      return new String(body, StandardCharsets.UTF_8).split("\0", 3);
    }

    private void answer() {
      try (client;
          behind) {
        InputStream from = behind.getInputStream();
        byte[] chunk = new byte[16 * 1024];
        for (int read = from.read(chunk); read > 0; read = from.read(chunk)) {
          if (silent) {
            return;
          }
          client.getOutputStream().write(chunk, 0, read);
        }
      } catch (IOException gone) {
        // One side has closed; so is the other now.
      }
    }
  }
}
