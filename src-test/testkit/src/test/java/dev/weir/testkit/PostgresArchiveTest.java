package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresArchiveTest {
  @TempDir private Path directory;

  @Test
  void of_another_jar_runs_as_a_server() throws Exception {
    var setup = PostgresServer.builder().archive(PostgresArchive.inJar(jarOfTheBundledOne()));
    assertServes(setup);
  }

  @Test
  void in_a_file_runs_as_a_server() throws Exception {
    Path file = directory.resolve("postgres.txz");
    try (InputStream archive = PostgresArchive.bundled().open()) {
      Files.copy(archive, file);
    }
    assertServes(PostgresServer.builder().archive(PostgresArchive.file(file)));
  }

  @Test
  void is_missed_in_a_jar_that_has_none() throws IOException {
    Path jar = directory.resolve("other.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
    }
    assertThatThrownBy(() -> PostgresArchive.inJar(jar).open())
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("No *.txz in");
    var setup = PostgresServer.builder().archive(PostgresArchive.inJar(jar));
    assertThatThrownBy(setup::start).hasMessageContaining("PostgreSQL cannot be unpacked");
  }

  private static void assertServes(PostgresSetup setup) throws SQLException {
    try (var server = setup.start()) {
      assertThat(
              PostgresServerTest.query(
                  server.dataSource("postgres").getConnection(), "SELECT 'served'"))
          .isEqualTo("served");
    }
  }

  private static Path jarOfTheBundledOne() throws IOException, URISyntaxException {
    for (String name : List.of("linux-x86_64", "linux-arm_64", "darwin-x86_64", "darwin-arm_64")) {
      URL found = ClassLoader.getSystemResource("postgres-" + name + ".txz");
      if (found != null) {
        return Path.of(((JarURLConnection) found.openConnection()).getJarFileURL().toURI());
      }
    }
    throw new IllegalStateException("No archive on the class path");
  }
}
