package dev.weir.testkit.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once per archive and user and then reused. The directory bears
 * the archive's digest and comes into being by one rename, so several JVMs may unpack at once.
 */
record PostgresPrograms(Path home) {
  private static final int DIGITS = 16;
  private static final int EXECUTABLE = 0100;

  static PostgresPrograms of(ArchiveSource archive) {
    try (InputStream in = archive.open()) {
      byte[] bytes = in.readAllBytes();
      Path home = Workspace.base().resolve("postgres-" + digest(bytes));
      if (!Files.isDirectory(home)) {
        unpackOnce(bytes, home);
      }
      return new PostgresPrograms(home);
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL cannot be unpacked: " + e.getMessage(), e);
    }
  }

  Path program(String name) {
    return home.resolve("bin", name);
  }

  private static void unpackOnce(byte[] archive, Path home) throws IOException {
    Path unborn = Files.createTempDirectory(Workspace.base(), ".unborn-");
    unpack(archive, unborn);
    Files.setPosixFilePermissions(unborn, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      Files.move(unborn, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(home)) {
        throw e;
      }
      // Another JVM was faster, which the JDK tells in several ways; the bytes are the same.
      Workspace.delete(unborn);
    }
  }

  private static void unpack(byte[] archive, Path home) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, entry.resolveIn(home));
      }
    }
  }

  private static void unpack(InputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      boolean executable = (entry.getMode() & EXECUTABLE) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
