package dev.weir.testkit;

import dev.weir.testkit.process.OwnServer;
import dev.weir.testkit.process.PgBouncerProgram;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real PgBouncer in transaction mode in front of a PostgreSQL: the shared one of {@link
 * TestServers#pgBouncer()}, or one's own, which alone can be hurt. It lets in the user of the
 * server, to every database there. Safe for any thread; faults are done one at a time.
 */
public final class PgBouncerServer implements AutoCloseable {
  private final int port;
  private final @Nullable OwnServer own;

  private PgBouncerServer(int port, @Nullable OwnServer own) {
    this.port = port;
    this.own = own;
  }

  /** Whether one is installed: no registry has it, a package manager does. */
  public static boolean isInstalled() {
    return PgBouncerProgram.installed().isPresent();
  }

  /**
   * Starts one of one's own.
   *
   * @throws IllegalStateException if none is installed, or it does not start, with what it wrote
   */
  public static PgBouncerServer inFrontOf(PostgresServer server) {
    Path program =
        PgBouncerProgram.installed()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "There is no pgbouncer on the PATH or in /usr/sbin; install it, on Debian"
                            + " by apt-get install pgbouncer"));
    OwnServer process = PgBouncerProgram.start(program, server.behindPooler());
    return new PgBouncerServer(process.port(), process);
  }

  /** One of this JVM that all its tests share. */
  static PgBouncerServer sharedInFrontOf(PostgresServer server) {
    return new PgBouncerServer(inFrontOf(server).port, null);
  }

  /** The address it listens on. */
  public String host() {
    return "127.0.0.1";
  }

  /** The port it listens on; the same after a restart. */
  public int port() {
    return port;
  }

  /** The JDBC URL of a database behind it, without user and password. */
  public String jdbcUrl(TestDatabase database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host(), port, database.name());
  }

  /** Numbers of its processes, for a test that wants to see them go. */
  public List<Long> pids() {
    return own().pids();
  }

  /** Kills it as a crash would, and returns once its port is free. */
  public void kill() {
    own().kill();
  }

  /** Starts it again on the same port. */
  public void restart() {
    own().restart();
  }

  /** Stops it and removes its directory; again and again is harmless. */
  @Override
  public void close() {
    own().close();
  }

  private OwnServer own() {
    if (own == null) {
      throw new UnsupportedOperationException(
          "%s is shared with other tests; hurt or close one of your own: PgBouncerServer.inFrontOf(..)"
              .formatted(this));
    }
    return own;
  }

  @Override
  public String toString() {
    return "PgBouncer at " + host() + ":" + port;
  }
}
