package dev.weir.testkit.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server of one's own from its first start to its removal, and the faults done to it. All methods
 * may be called from any thread; they wait for each other.
 */
public final class OwnServer implements AutoCloseable {
  private static final Duration ORDERLY_STOP = Duration.ofSeconds(8);

  private final Program program;
  private final Workspace workspace;
  private final int port;
  private @Nullable ServerProcess process;
  private boolean closed;

  private OwnServer(Program program, Workspace workspace, int port) {
    this.program = program;
    this.workspace = workspace;
    this.port = port;
  }

  /** Prepares the program and starts it; a failed start leaves nothing behind. */
  static OwnServer start(Program program, Workspace workspace, int port) {
    var server = new OwnServer(program, workspace, port);
    LiveServers.add(server);
    try {
      server.prepareAndLaunch();
      return server;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  public Path directory() {
    return workspace.directory();
  }

  public synchronized List<Long> pids() {
    return running().pids();
  }

  public synchronized void kill() {
    running().kill();
    Ports.awaitFree(port);
  }

  /** Starts the server again if it is down; else stops it in good order first. */
  public synchronized void restart() {
    stopIfRunning();
    launch();
  }

  public synchronized void pause() {
    running().pause();
  }

  public synchronized void resume() {
    running().resume();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        patiently(this::stopIfRunning);
      } finally {
        patiently(this::remove);
      }
    }
  }

  /** Whatever failed before: no process and no directory. */
  private void remove() {
    try {
      if (process != null && process.isAlive()) {
        process.kill();
      }
    } finally {
      try {
        workspace.delete();
      } finally {
        LiveServers.remove(this);
      }
    }
  }

  /** An interrupted thread cannot wait for the end of a server: it is one again afterwards. */
  private static void patiently(Runnable step) {
    boolean interrupted = Thread.interrupted();
    try {
      step.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void prepareAndLaunch() {
    program.prepare();
    launch();
  }

  private void launch() {
    if (closed) {
      throw new IllegalStateException(this + " has been closed; start another one");
    }
    ServerProcess launched =
        ServerProcess.start(program.command(), directory(), workspace.path("log"));
    process = launched;
    workspace.remember(launched);
    program.awaitReady(launched);
    if (!launched.isAlive()) {
      throw new IllegalStateException(
          "%s did not start; it wrote:%n%s".formatted(this, launched.lastWords()));
    }
  }

  private void stopIfRunning() {
    if (process != null && process.isAlive()) {
      process.resume();
      process.stop(program.stopSignal(), ORDERLY_STOP);
      Ports.awaitFree(port);
    }
  }

  private ServerProcess running() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(this + " is down; restart() it first");
    }
    return process;
  }

  @Override
  public String toString() {
    return program.name() + " on port " + port;
  }
}
