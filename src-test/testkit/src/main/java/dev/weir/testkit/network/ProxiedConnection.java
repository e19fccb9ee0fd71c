package dev.weir.testkit.network;

import dev.weir.testkit.wire.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** One client's connection through a proxy. */
public final class ProxiedConnection {
  private final Socket client;
  private final Socket server = new Socket();
  private final Weather weather;
  private final Inspection inspection;
  private final Consumer<ProxiedConnection> whenGone;
  private final AtomicBoolean mute = new AtomicBoolean();
  private volatile boolean gone;

  public ProxiedConnection(
      Socket client, Weather weather, Inspection inspection, Consumer<ProxiedConnection> whenGone) {
    this.client = client;
    this.weather = weather;
    this.inspection = inspection;
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
      OneWay there = way(Direction.TO_SERVER, client, toServer);
      OneWay back = way(Direction.TO_CLIENT, server, toClient);
      Thread up = Thread.ofVirtual().start(there::carry);
      back.carry();
      up.join();
      close();
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  private OneWay way(Direction direction, Socket from, LongAdder delivered) {
    var outlet = new SocketOutlet(this, direction, weather, delivered);
    return new OneWay(this, weather, from, inspection.before(direction, outlet));
  }

  /** RST to both. */
  public void reset() {
    linger(client);
    linger(server);
    close();
  }

  /** One side is lost, so the other shall be; unless that is what a cut has done. */
  void lost() {
    if (!isMute()) {
      reset();
    }
  }

  /** From now on nothing is passed on by itself, either way; true for the one who may sever. */
  boolean mute() {
    return mute.compareAndSet(false, true);
  }

  boolean isMute() {
    return mute.get();
  }

  /** Nothing will come of waiting. */
  boolean isOver() {
    return gone || isMute();
  }

  /**
   * RST to the sender, an orderly end to the receiver, who so gets all that was passed, unless it
   * shall not hear of it. What it answers is read and forgotten until it ends too: bytes left
   * unread would make the end a reset.
   */
  void sever(Direction direction, boolean heard) {
    Socket sender = direction == Direction.TO_SERVER ? client : server;
    try {
      if (heard) {
        receiver(direction).shutdownOutput();
      }
    } catch (IOException _) {
      // The receiver is gone already.
    }
    linger(sender);
    close(sender);
    weather.stir();
  }

  Socket receiver(Direction direction) {
    return direction == Direction.TO_SERVER ? server : client;
  }

  private void close() {
    close(client);
    close(server);
    // Only now, or bytes that were held back would be let go and still get through.
    gone = true;
    weather.stir();
    whenGone.accept(this);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // Closing a socket fails only if it is closed.
    }
  }

  /** Makes a close a reset. */
  private static void linger(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException _) {
      // Closed already; there is nobody to reset.
    }
  }
}
