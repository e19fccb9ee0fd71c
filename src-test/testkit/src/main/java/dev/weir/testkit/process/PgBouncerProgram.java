package dev.weir.testkit.process;

import dev.weir.testkit.time.Waiting;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PgBouncer as a program: the one that is installed, since no registry has it as an archive. In
 * transaction mode, its settings and the login in files of its own.
 */
public final class PgBouncerProgram implements Program {
  private static final String PROGRAM = "pgbouncer";
  private static final Duration START = Duration.ofSeconds(20);

  /** Where Debian puts it, which is on the path of root alone. */
  private static Stream<String> places() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/sbin"));
  }

  private final Path program;
  private final Behind behind;
  private final Workspace workspace = Workspace.open(PROGRAM);
  private final Unprivileged user = Unprivileged.forOwnerOf(workspace.directory());
  private final int port = Ports.free();

  /**
   * The server that it stands before.
   *
   * @param database one that is there, to see that it answers
   * @param user the login of its clients, and its own to the server
   */
  public record Behind(String host, int port, String database, String user, String password) {

    @Override
    public String toString() {
      return "PostgreSQL at " + host + ":" + port;
    }
  }

  private PgBouncerProgram(Path program, Behind behind) {
    this.program = program;
    this.behind = behind;
  }

  /** Where it is installed, if it is. */
  public static Optional<Path> installed() {
    return places()
        .filter(place -> !place.isBlank())
        .map(place -> Path.of(place, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts the installed one. */
  public static OwnServer start(Path installed, Behind behind) {
    var program = new PgBouncerProgram(installed, behind);
    return OwnServer.start(program, program.workspace, program.port);
  }

  @Override
  public String name() {
    return "PgBouncer";
  }

  /** SIGINT would wait for the clients. */
  @Override
  public String stopSignal() {
    return "TERM";
  }

  @Override
  public List<String> command() {
    return user.command(program, workspace.path("pgbouncer.ini").toString());
  }

  @Override
  public void prepare() {
    write(
        "users",
        "\"%s\" \"%s\"\n"
            .formatted(
                behind.user().replace("\"", "\"\""), behind.password().replace("\"", "\"\"")));
    write(
        "pgbouncer.ini",
        """
        [databases]
        * = host=%s port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        pool_mode = transaction
        max_client_conn = 1000
        """
            .formatted(behind.host(), behind.port(), port, workspace.path("users")));
  }

  /** The login is in no process list and in no file that others may read. */
  private void write(String name, String content) {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try {
      Path file = Files.createFile(workspace.path(name), ownerOnly);
      Files.writeString(file, content);
      user.own(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + workspace.path(name), e);
    }
  }

  @Override
  public void awaitReady(ServerProcess server) {
    var probe = new PGSimpleDataSource();
    probe.setURL("jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, behind.database()));
    probe.setUser(behind.user());
    probe.setPassword(behind.password());
    probe.setConnectTimeout(2);
    probe.setSocketTimeout(2);
    Waiting.until(
        START,
        () -> "PgBouncer to start; it wrote:\n" + server.lastWords() + "\n",
        () -> !server.isAlive() || answers(probe));
  }

  private static boolean answers(PGSimpleDataSource probe) {
    try (var connection = probe.getConnection()) {
      return connection.isValid(2);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
