package dev.weir.pool.line;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * A socket that an interrupt of a virtual thread does not close while a call of Weir waits for the
 * server's answer: the interrupt is told to the {@link Line}, and the read goes on.
 *
 * <p>The JDK closes a socket whose virtual thread is interrupted in a blocking read, by calling
 * {@code close()} on it from inside that read. Exactly this call is left out here. Should a later
 * JDK close it in another way, the connection is lost to an interrupt as it is without a shield. A
 * blocked write is not shielded: nobody could say how much of it has been sent.
 */
final class ShieldedSocket extends Socket {

  private final Line line;

  /**
   * Who is inside a read of ours, if it is a virtual thread. Written and read without a barrier: a
   * thread that finds itself here has written that itself.
   */
  private @Nullable Thread reader;

  /** The reader's own note: the JDK wanted to close the socket. */
  private boolean spared;

  ShieldedSocket(Line line) {
    this.line = line;
  }

  @Override
  public void close() throws IOException {
    Thread thread = Thread.currentThread();
    if (reader == thread && thread.isInterrupted() && line.shields(thread)) {
      spared = true;
    } else {
      super.close();
    }
  }

  /** Closes it whoever asks. */
  void cut() {
    try {
      super.close();
    } catch (IOException broken) {
      Watchdog.LOG.debug("A socket was broken already when it was to be cut.", broken);
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new ShieldedInput(super.getInputStream());
  }

  private final class ShieldedInput extends FilterInputStream {

    ShieldedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Thread thread = Thread.currentThread();
      if (!thread.isVirtual()) {
        return in.read(bytes, offset, length);
      }
      reader = thread;
      try {
        return readOn(bytes, offset, length);
      } finally {
        reader = null;
      }
    }

    private int readOn(byte[] bytes, int offset, int length) throws IOException {
      while (true) {
        try {
          return in.read(bytes, offset, length);
        } catch (SocketException failure) {
          if (!spared) {
            throw failure;
          }
          spared = false;
          Thread.interrupted();
          line.interrupted();
        }
      }
    }

    @Override
    public void close() throws IOException {
      ShieldedSocket.this.close();
    }
  }
}
