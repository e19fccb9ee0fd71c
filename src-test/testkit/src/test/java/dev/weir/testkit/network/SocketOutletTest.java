package dev.weir.testkit.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.time.Waiting;
import dev.weir.testkit.wire.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class SocketOutletTest {

  /** Too short a moment to be met by a fast answer, so the order itself is looked at. */
  @Test
  void is_silent_towards_the_sender_before_the_last_bytes_go() throws IOException {
    try (var clients = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var servers = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = new Socket(InetAddress.getLoopbackAddress(), clients.getLocalPort())) {
      var connection = new AtomicReference<ProxiedConnection>();
      var silent = new AtomicReference<Boolean>();
      var toServer =
          new LongAdder() {
            @Override
            public void add(long bytes) {
              silent.set(connection.get().isMute());
              super.add(bytes);
            }
          };
      connection.set(
          new ProxiedConnection(
              clients.accept(),
              new Weather(),
              (direction, outlet) ->
                  direction == Direction.TO_SERVER ? new CutAtOnce(outlet) : outlet,
              _ -> {}));
      var target = new InetSocketAddress(servers.getInetAddress(), servers.getLocalPort());
      Thread.ofVirtual()
          .start(() -> connection.get().serve(target, 1_000, toServer, new LongAdder()));
      client.getOutputStream().write("last".getBytes(UTF_8));
      try (var server = servers.accept()) {
        assertThat(server.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("last");
      }
      Waiting.until(ofSeconds(20), () -> "the write", () -> silent.get() != null);
      assertThat(silent).hasValue(true);
    }
  }

  private record CutAtOnce(Outlet next) implements Outlet {
    @Override
    public void pass(byte[] bytes, int from, int length) throws IOException {
      next.cut(bytes, from, length, true);
    }

    @Override
    public void hold(Duration time) throws InterruptedException {
      next.hold(time);
    }

    @Override
    public void cut(byte[] bytes, int from, int length, boolean heard) throws IOException {
      next.cut(bytes, from, length, heard);
    }

    @Override
    public void finish() throws IOException, InterruptedException {
      next.finish();
    }
  }
}
