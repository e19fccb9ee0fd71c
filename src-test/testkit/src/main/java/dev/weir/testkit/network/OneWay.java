package dev.weir.testkit.network;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * One direction of a connection: a thread that reads and one that delivers, with a queue between
 * them, so that a delay costs latency and not bandwidth.
 */
final class OneWay {
  private static final int CHUNK = 16 * 1024;
  private static final int QUEUE = 256;

  private final ProxiedConnection connection;
  private final Weather weather;
  private final Socket from;
  private final Outlet outlet;
  private final BlockingQueue<Chunk> underway = new ArrayBlockingQueue<>(QUEUE);

  OneWay(ProxiedConnection connection, Weather weather, Socket from, Outlet outlet) {
    this.connection = connection;
    this.weather = weather;
    this.from = from;
    this.outlet = outlet;
  }

  /** Reads until the sender has finished and all is delivered, or one side is lost. */
  void carry() {
    Thread reader = Thread.currentThread();
    Thread deliverer = Thread.ofVirtual().start(() -> deliver(reader));
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
      connection.lost();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connection.lost();
    }
  }

  private void deliver(Thread reader) {
    try {
      Chunk chunk;
      do {
        chunk = underway.take();
        weather.awaitPassage(chunk.arrival, connection::isOver);
        hand(chunk);
      } while (!chunk.isEnd());
    } catch (IOException e) {
      connection.lost();
      // It may wait for room in a queue that nobody empties any more.
      reader.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What still comes after a cut is taken from the queue, so that nobody waits, and forgotten. */
  private void hand(Chunk chunk) throws IOException, InterruptedException {
    if (connection.isMute()) {
      return;
    }
    try {
      if (chunk.isEnd()) {
        outlet.finish();
      } else {
        outlet.pass(chunk.bytes, 0, chunk.length);
      }
    } catch (IOException e) {
      if (!connection.isMute()) {
        throw e;
      }
    }
  }

  // Held in no collection that compares: a carrier of bytes.
  @SuppressWarnings("ArrayRecordComponent")
  private record Chunk(byte[] bytes, int length, long arrival) {
    boolean isEnd() {
      return length < 0;
    }
  }
}
