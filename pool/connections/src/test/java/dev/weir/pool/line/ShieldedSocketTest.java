package dev.weir.pool.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ShieldedSocketTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * Says so if a later JDK closes an interrupted socket in another way, which the shield misses.
   */
  @Test
  void the_jdk_closes_an_interrupted_socket_by_calling_close_inside_the_read() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = new Noting();
        var _ = connect(socket, server)) {
      var read = new FutureTask<>(() -> readOne(socket.getInputStream()));
      Thread reader = Thread.ofVirtual().start(read);
      awaitBlocked(reader);
      reader.interrupt();
      assertThat(read.get()).isEqualTo("java.net.SocketException: Closed by interrupt");
      assertThat(socket.closers)
          .as("Socket.close() is no longer called inside the read: mend ShieldedSocket")
          .first()
          .isSameAs(reader);
    }
  }

  @Test
  void a_read_goes_on_after_an_interrupt_inside_a_call_and_the_flag_is_set_at_its_end()
      throws Exception {
    try (var system = SystemTasks.open();
        var watchdog = Watchdog.open(system);
        var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var line = new Line(watchdog);
      try (var socket = new ShieldedSocket(line);
          Socket far = connect(socket, server)) {
        var read =
            new FutureTask<>(
                () -> {
                  line.begin(CallKind.COMMIT, Line.UNBOUNDED);
                  String got = readOne(socket.getInputStream());
                  boolean during = Thread.currentThread().isInterrupted();
                  line.end();
                  return got + " " + during + " " + Thread.interrupted();
                });
        Thread reader = Thread.ofVirtual().start(read);
        awaitBlocked(reader);
        reader.interrupt();
        awaitBlocked(reader);
        far.getOutputStream().write('x');
        assertThat(read.get()).isEqualTo("120 false true");
        assertThat(socket.isClosed()).isFalse();
      }
    }
  }

  @Test
  void outside_of_a_call_an_interrupt_closes_it() throws Exception {
    try (var system = SystemTasks.open();
        var watchdog = Watchdog.open(system);
        var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = new ShieldedSocket(new Line(watchdog));
        var _ = connect(socket, server)) {
      var read = new FutureTask<>(() -> readOne(socket.getInputStream()));
      Thread reader = Thread.ofVirtual().start(read);
      awaitBlocked(reader);
      reader.interrupt();
      assertThat(read.get()).contains("Closed by interrupt");
      assertThat(socket.isClosed()).isTrue();
    }
  }

  private static Socket connect(Socket socket, ServerSocket server) throws IOException {
    socket.connect(server.getLocalSocketAddress());
    return server.accept();
  }

  private static String readOne(InputStream in) {
    try {
      return "" + in.read();
    } catch (IOException failure) {
      return failure.toString();
    }
  }

  private static void awaitBlocked(Thread reader) {
    Await.until(
        PATIENCE,
        "the reader waits for bytes",
        () -> reader.getState() == Thread.State.WAITING && !reader.isInterrupted());
  }

  private static final class Noting extends Socket {

    private final Queue<Thread> closers = new ConcurrentLinkedQueue<>();

    @Override
    public void close() throws IOException {
      closers.add(Thread.currentThread());
      super.close();
    }
  }
}
