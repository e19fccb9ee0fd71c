package dev.weir.testkit.process;

import dev.weir.testkit.time.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import redis.embedded.core.ExecutableProvider;

/** Redis as a program: unpacked into its own directory, its settings in a file there. */
public final class RedisProgram implements Program {
  private static final String PROGRAM = "redis-server";
  private static final Duration START = Duration.ofSeconds(20);

  private final Map<String, String> settings;
  private final String password;
  private final Workspace workspace = Workspace.open("redis");
  private final int port = Ports.free();

  private RedisProgram(Map<String, String> settings, String password) {
    this.settings = settings;
    this.password = password;
  }

  /** Starts a server with no data. */
  public static OwnServer start(Map<String, String> settings, String password) {
    var program = new RedisProgram(settings, password);
    return OwnServer.start(program, program.workspace, program.port);
  }

  @Override
  public String name() {
    return "Redis";
  }

  @Override
  public String stopSignal() {
    return "TERM";
  }

  @Override
  public List<String> command() {
    return List.of(workspace.path(PROGRAM).toString(), workspace.path("redis.conf").toString());
  }

  @Override
  public void awaitReady(ServerProcess server) {
    var wire = new RedisWire("127.0.0.1", port, false, List.of(password));
    Waiting.until(
        START,
        () -> "Redis to start; it wrote:\n" + server.lastWords() + "\n",
        () -> !server.isAlive() || wire.call("PING").equals("PONG"));
  }

  @Override
  public void prepare() {
    try {
      Path unpacked =
          ExecutableProvider.newJarResourceProvider(workspace.directory().toFile()).get().toPath();
      Files.move(unpacked, workspace.path(PROGRAM));
      configure();
    } catch (IOException e) {
      throw new UncheckedIOException("Redis cannot be unpacked: " + e.getMessage(), e);
    }
  }

  /** In a file, so that the password is in no process list. */
  private void configure() throws IOException {
    String others =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + " " + setting.getValue() + "\n")
            .collect(Collectors.joining());
    String guard = password.isEmpty() ? "" : "requirepass " + password + "\n";
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        Files.createFile(workspace.path("redis.conf"), ownerOnly),
        "bind 127.0.0.1\nport %d\n%s%s".formatted(port, guard, others));
  }
}
