package dev.weir.testkit.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * One client's connection through a proxy. Each way has a thread that reads and one that delivers,
 * with a queue between them, so that a delay costs latency and not bandwidth.
 */
public final class ProxiedConnection {
  private static final int CHUNK = 16 * 1024;
  private static final int QUEUE = 256;

  private final Socket client;
  private final Socket server = new Socket();
  private final Weather weather;
  private final Consumer<ProxiedConnection> whenGone;
  private volatile boolean gone;

  public ProxiedConnection(Socket client, Weather weather, Consumer<ProxiedConnection> whenGone) {
    this.client = client;
    this.weather = weather;
    this.whenGone = whenGone;
  }

  /** Serves until both sides have said goodbye, or one is lost. */
  public void serve(
      InetSocketAddress target, int patience, LongAdder toServer, LongAdder toClient) {
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      weather.awaitPassage(weather.arrival(), () -> gone);
      server.connect(new InetSocketAddress(target.getHostString(), target.getPort()), patience);
      Thread up = start(() -> pipe(client, server, toServer));
      pipe(server, client, toClient);
      up.join();
      close();
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  /** RST to both: a lingerless close with the connection open. */
  public void reset() {
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException _) {
        // Closed already; there is nobody to reset.
      }
    }
    close();
  }

  private void close() {
    gone = true;
    weather.stir();
    try (client;
        server) {
      whenGone.accept(this);
    } catch (IOException _) {
      // Closing a socket fails only if it is closed.
    }
  }

  private void pipe(Socket from, Socket to, LongAdder delivered) {
    BlockingQueue<Chunk> underway = new ArrayBlockingQueue<>(QUEUE);
    Thread reader = Thread.currentThread();
    Thread deliverer = start(() -> deliver(underway, to, delivered, reader));
    try {
      Chunk chunk;
      do {
        byte[] bytes = new byte[CHUNK];
        chunk = new Chunk(bytes, from.getInputStream().read(bytes), weather.arrival());
        underway.put(chunk);
      } while (!chunk.isEnd());
      deliverer.join();
    } catch (IOException e) {
      deliverer.interrupt();
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  private void deliver(
      BlockingQueue<Chunk> underway, Socket to, LongAdder delivered, Thread reader) {
    try {
      for (Chunk chunk = underway.take(); ; chunk = underway.take()) {
        weather.awaitPassage(chunk.arrival, () -> gone);
        if (chunk.isEnd()) {
          to.shutdownOutput();
          return;
        }
        // Counted first: who has the answer to something must find it counted.
        delivered.add(chunk.length);
        to.getOutputStream().write(chunk.bytes, 0, chunk.length);
      }
    } catch (IOException e) {
      reset();
      // It may wait for room in a queue that nobody empties any more.
      reader.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread start(Runnable work) {
    return Thread.ofVirtual().start(work);
  }

  // Held in no collection that compares: a carrier of bytes.
  @SuppressWarnings("ArrayRecordComponent")
  private record Chunk(byte[] bytes, int length, long arrival) {
    boolean isEnd() {
      return length < 0;
    }
  }
}
