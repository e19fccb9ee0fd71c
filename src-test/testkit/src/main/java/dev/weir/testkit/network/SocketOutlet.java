package dev.weir.testkit.network;

import dev.weir.testkit.wire.Direction;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Delivers to a socket, if the weather of this direction allows. */
final class SocketOutlet implements Outlet {
  private final ProxiedConnection connection;
  private final Direction direction;
  private final Weather weather;
  private final LongAdder delivered;
  private final Socket socket;
  private @Nullable Truncation truncation;
  private long left;

  SocketOutlet(
      ProxiedConnection connection, Direction direction, Weather weather, LongAdder delivered) {
    this.connection = connection;
    this.direction = direction;
    this.weather = weather;
    this.delivered = delivered;
    this.socket = connection.receiver(direction);
  }

  @Override
  public void pass(byte[] bytes, int from, int length) throws IOException, InterruptedException {
    Truncation now = weather.truncation(direction);
    if (weather.drops(direction)) {
      return;
    }
    inject();
    if (now == null) {
      writeAtRate(bytes, from, length);
    } else {
      passUpTo(now, bytes, from, length);
    }
  }

  private void inject() throws IOException {
    Injection now = weather.takeInjection(direction);
    if (now != null) {
      write(now.bytes(), 0, now.bytes().length);
      now.rule().applied();
    }
  }

  /** Byte after byte while a rate is set, and the rest in one go. */
  private void writeAtRate(byte[] bytes, int from, int length)
      throws IOException, InterruptedException {
    int done = 0;
    while (done < length && weather.rate() > 0 && !connection.isOver()) {
      weather.awaitTurn(connection::isOver);
      write(bytes, from + done, 1);
      done++;
    }
    write(bytes, from + done, length - done);
  }

  private void passUpTo(Truncation now, byte[] bytes, int from, int length) throws IOException {
    if (!now.equals(truncation)) {
      truncation = now;
      left = now.bytes();
    }
    if (left > length) {
      left -= length;
      write(bytes, from, length);
    } else if (weather.spend(direction, now)) {
      cut(bytes, from, (int) left, true);
      now.rule().applied();
    } else {
      // Another connection was cut for it.
      write(bytes, from, length);
    }
  }

  @Override
  public void hold(Duration time) throws InterruptedException {
    weather.awaitPassage(System.nanoTime() + time.toNanos(), connection::isOver);
  }

  @Override
  public void cut(byte[] bytes, int from, int length, boolean heard) throws IOException {
    // First, or an answer to the last bytes could still slip through.
    if (connection.mute()) {
      try {
        if (!weather.drops(direction)) {
          write(bytes, from, length);
        }
      } finally {
        connection.sever(direction, heard);
      }
    }
  }

  @Override
  public void finish() throws IOException, InterruptedException {
    weather.awaitDelivery(direction, connection::isOver);
    socket.shutdownOutput();
  }

  private void write(byte[] bytes, int from, int length) throws IOException {
    if (length > 0) {
      // First, so that whoever has received them finds them counted.
      delivered.add(length);
      socket.getOutputStream().write(bytes, from, length);
    }
  }
}
