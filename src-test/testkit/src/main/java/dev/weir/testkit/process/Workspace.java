package dev.weir.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one server, below one directory per user in the JVM's temporary directory.
 *
 * <p>The owning JVM holds a lock on the file {@code owner}. A JVM that dies without its exit hook
 * (kill -9) lets go of the lock, and the next one that opens a workspace stops the orphaned server
 * and removes its directory.
 */
final class Workspace {
  private static final Logger LOG = LoggerFactory.getLogger(Workspace.class);
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel owner;

  private Workspace(Path directory, FileChannel owner) {
    this.directory = directory;
    this.owner = owner;
  }

  static Workspace open(String kind) {
    try {
      Path servers = Files.createDirectories(base().resolve("servers"));
      sweep(servers);
      return create(servers, kind);
    } catch (IOException e) {
      throw new UncheckedIOException("No directory for a %s server".formatted(kind), e);
    }
  }

  /** Where this user's servers and unpacked programs live; readable by all, written by one. */
  static Path base() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path base = temporary.resolve("weir-testkit-" + System.getProperty("user.name"));
    Files.createDirectories(
        base, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    if (!Files.isWritable(base) || Files.isSymbolicLink(base)) {
      throw new IOException(
          "%s belongs to someone else; remove it or set -Djava.io.tmpdir".formatted(base));
    }
    return base;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  Path directory() {
    return directory;
  }

  void remember(ServerProcess process) {
    try {
      Files.writeString(path("server"), ProcessMark.of(process.handle()).toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot note the process in " + directory, e);
    }
  }

  void delete() {
    try {
      owner.close();
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + directory, e);
    } finally {
      OURS.remove(directory);
    }
  }

  private static Workspace create(Path servers, String kind) throws IOException {
    Path directory = servers.resolve(kind + "-" + UUID.randomUUID());
    OURS.add(directory);
    Path unborn = Files.createTempDirectory(servers, ".unborn-");
    FileChannel owner =
        FileChannel.open(
            unborn.resolve("owner"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    owner.lock();
    Files.setPosixFilePermissions(unborn, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(unborn, directory);
    return new Workspace(directory, owner);
  }

  private static void sweep(Path servers) throws IOException {
    try (var all = Files.newDirectoryStream(servers)) {
      for (Path directory : all) {
        if (!OURS.contains(directory) && !directory.getFileName().toString().startsWith(".")) {
          sweepIfOrphaned(directory);
        }
      }
    }
  }

  /** A sweep that fails is no reason not to start a server. */
  private static void sweepIfOrphaned(Path directory) {
    try (FileChannel owner =
            FileChannel.open(directory.resolve("owner"), StandardOpenOption.WRITE);
        @Nullable FileLock lock = owner.tryLock()) {
      if (lock != null) {
        ProcessMark.read(directory.resolve("server")).ifPresent(ServerProcess::killTree);
        delete(directory);
      }
    } catch (NoSuchFileException _) {
      // Another JVM is sweeping the same orphan.
    } catch (IOException e) {
      LOG.warn("{} belongs to no running JVM but cannot be removed", directory, e);
    }
  }

  static void delete(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
