package dev.weir.testkit.process;

import dev.weir.testkit.time.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that may be down for a while and want theirs back: below the range from which
 * systems serve outgoing connections and port 0, so that nobody takes them meanwhile by chance.
 */
final class Ports {
  private static final int FROM = 15_000;
  private static final int TO = 30_000;
  private static final int TRIES = 100;

  private Ports() {}

  static int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FROM, TO);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "No free port on 127.0.0.1 among %d tried in %d..%d".formatted(TRIES, FROM, TO));
  }

  static void awaitFree(int port) {
    Waiting.until(
        Duration.ofSeconds(10), () -> "port " + port + " to be free", () -> !answers(port));
  }

  private static boolean isFree(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
