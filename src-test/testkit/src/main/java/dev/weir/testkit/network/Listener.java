package dev.weir.testkit.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/** A listening socket and the virtual thread that accepts from it. */
public final class Listener {
  private final ServerSocket socket;
  private final Thread acceptor;

  private Listener(ServerSocket socket, Consumer<Socket> whoServes) {
    this.socket = socket;
    this.acceptor =
        Thread.ofVirtual()
            .name("weir-testkit-proxy-" + socket.getLocalPort())
            .start(() -> acceptUntilClosed(socket, whoServes));
  }

  public static Listener on(ServerSocket socket, Consumer<Socket> whoServes) {
    return new Listener(socket, whoServes);
  }

  /**
   * Returns only when the thread has let go of the socket: until then the system would go on
   * accepting in its name.
   */
  public void close() {
    try {
      socket.close();
      acceptor.join();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot stop listening on " + socket, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void acceptUntilClosed(ServerSocket socket, Consumer<Socket> whoServes) {
    while (!socket.isClosed()) {
      try {
        whoServes.accept(socket.accept());
      } catch (IOException _) {
        // Closed, or the client was gone before it was accepted.
      }
    }
  }
}
