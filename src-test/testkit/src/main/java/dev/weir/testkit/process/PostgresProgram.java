package dev.weir.testkit.process;

import dev.weir.testkit.time.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL as a program: its data directory made by initdb, or copied from another server, its
 * settings on the command line.
 */
public final class PostgresProgram implements Program {
  /** The superuser initdb makes. */
  public static final String USER = "postgres";

  /** Where its data lie, below the directory of the server. */
  public static final String DATA = "data";

  private static final FileAttribute<?> CLOSED =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final Duration INITDB = Duration.ofMinutes(2);
  private static final int FIRST_WITH_BUILTIN_LOCALE = 17;

  private final PostgresPrograms programs;
  private final Terms terms;
  private final Workspace workspace;
  private final Unprivileged user;
  private final @Nullable BaseCopy copy;
  private final int port = Ports.free();

  /**
   * How a server shall run.
   *
   * @param patience for a start, crash recovery included
   */
  public record Terms(Map<String, String> settings, String password, Duration patience) {}

  private PostgresProgram(PostgresPrograms programs, Terms terms, @Nullable BaseCopy copy) {
    this.copy = copy;
    this.programs = programs;
    this.terms = terms;
    this.workspace = Workspace.open("postgres");
    this.user = Unprivileged.forOwnerOf(workspace.directory());
  }

  /** Makes a data directory and starts a server on it. */
  public static OwnServer start(ArchiveSource archive, Terms terms) {
    return start(archive, terms, null);
  }

  /** Copies a running server and starts a standby of it, by the same terms as that one. */
  public static OwnServer startStandby(ArchiveSource archive, Terms terms, BaseCopy copy) {
    return start(archive, terms, copy);
  }

  private static OwnServer start(ArchiveSource archive, Terms terms, @Nullable BaseCopy copy) {
    var program = new PostgresProgram(PostgresPrograms.of(archive), terms, copy);
    return OwnServer.start(program, program.workspace, program.port);
  }

  @Override
  public String name() {
    return "PostgreSQL";
  }

  /** SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for the clients. */
  @Override
  public String stopSignal() {
    return "INT";
  }

  @Override
  public List<String> command() {
    List<String> arguments =
        new ArrayList<>(List.of("-D", data().toString(), "-p", Integer.toString(port)));
    terms.settings().forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
    return user.command(programs.program("postgres"), arguments.toArray(String[]::new));
  }

  @Override
  public void awaitReady(ServerProcess server) {
    var probe = new PGSimpleDataSource();
    probe.setURL("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port));
    probe.setUser(USER);
    probe.setPassword(terms.password());
    probe.setConnectTimeout(2);
    probe.setSocketTimeout(2);
    Waiting.until(
        terms.patience(),
        () -> "PostgreSQL to start; it wrote:\n" + server.lastWords() + "\n",
        () -> !server.isAlive() || answers(probe));
  }

  private static boolean answers(PGSimpleDataSource probe) {
    try (var connection = probe.getConnection()) {
      return connection.isValid(2);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private Path data() {
    return workspace.path(DATA);
  }

  @Override
  public void prepare() {
    try {
      user.own(Files.createDirectory(data(), CLOSED));
      if (copy == null) {
        makeAnew();
      } else {
        copy.into(data(), user);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot prepare " + data(), e);
    }
  }

  private void makeAnew() throws IOException {
    Path password = workspace.path("password");
    var readableByOwner =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.writeString(Files.createFile(password, readableByOwner), terms.password() + "\n");
    user.own(password);
    runInitdb(password);
    Files.delete(password);
  }

  private void runInitdb(Path password) {
    List<String> arguments = new ArrayList<>(List.of("-D", data().toString(), "-U", USER));
    arguments.addAll(List.of("-A", "scram-sha-256", "--pwfile=" + password));
    arguments.addAll(List.of("-E", "UTF8", "--locale=C", "--no-sync"));
    if (majorVersion() >= FIRST_WITH_BUILTIN_LOCALE) {
      arguments.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
    }
    run("initdb", arguments.toArray(String[]::new));
  }

  private int majorVersion() {
    String version = run("postgres", "--version");
    return Integer.parseInt(version.replaceFirst("(?s)^\\D*(\\d+).*", "$1"));
  }

  /** Runs a program to its end and returns what it wrote. */
  private String run(String program, String... arguments) {
    Path output = workspace.path(program + ".out");
    try {
      Process run =
          new ProcessBuilder(user.command(programs.program(program), arguments))
              .directory(workspace.directory().toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = run.waitFor(INITDB.toMillis(), TimeUnit.MILLISECONDS);
      String written = Files.readString(output);
      if (!ended || run.exitValue() != 0) {
        run.destroyForcibly();
        throw new IllegalStateException(
            "%s %s: %s".formatted(program, ended ? "failed" : "did not end in " + INITDB, written));
      }
      return written;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + programs.program(program), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + program + " ran", e);
    }
  }
}
