package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class AnyUserTest {

  @Test
  void a_server_runs_for_whoever_runs_this_test() {
    try (var server = PostgresServer.start()) {
      assertThat(server.pids()).hasSizeGreaterThan(3);
    }
  }

  /** Who is not root cannot become someone else; he is the other user himself. */
  @Nested
  @EnabledIf("dev.weir.testkit.AnyUserTest#isRoot")
  class Root {
    @TempDir(cleanup = CleanupMode.ALWAYS)
    private Path directory;

    @Test
    void can_be_left_for_a_user_without_any_rights() throws Exception {
      openToAll(directory);
      var child =
          ChildJvm.start(
              List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
              readableClassPath(),
              Map.of("TMPDIR", homeOfNobody().toString()),
              "and Redis");
      assertServes(child, 2, "nobody");
    }

    @Test
    void starts_PostgreSQL_as_nobody_where_user_namespaces_are_forbidden() throws Exception {
      openToAll(directory);
      Path programs = Files.createDirectory(directory.resolve("bin"));
      for (String program : List.of("sh", "id", "setpriv")) {
        Files.createSymbolicLink(programs.resolve(program), find(program));
      }
      var child =
          ChildJvm.start(
              List.of(),
              ChildJvm.classPath(),
              Map.of("PATH", programs.toString(), "TMPDIR", System.getProperty("java.io.tmpdir")));
      assertServes(child, 1, "nobody");
    }

    private void assertServes(Process child, int servers, String user) throws Exception {
      try {
        assertThat(ChildJvm.servers(child))
            .hasSize(servers)
            .allSatisfy(server -> assertThat(server.user()).isEqualTo(user));
      } finally {
        child.getOutputStream().close();
        assertThat(child.waitFor()).isZero();
      }
    }

    private Path homeOfNobody() throws IOException {
      Path home = Files.createDirectory(directory.resolve("home"));
      openToAll(home);
      Files.setAttribute(home, "unix:uid", 65534);
      return home;
    }

    /** Root's Maven repository is closed to others. */
    private String readableClassPath() throws IOException {
      List<String> copies = new ArrayList<>();
      for (String entry : ChildJvm.classPath().split(File.pathSeparator, -1)) {
        Path copy = directory.resolve(copies.size() + "-" + Path.of(entry).getFileName());
        copy(Path.of(entry), copy);
        copies.add(copy.toString());
      }
      return String.join(File.pathSeparator, copies);
    }
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static Path find(String program) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return Path.of(directory, program);
      }
    }
    throw new IllegalStateException("No " + program + " in PATH");
  }

  private static void openToAll(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
