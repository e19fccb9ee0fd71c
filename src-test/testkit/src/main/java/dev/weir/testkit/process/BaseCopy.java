package dev.weir.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The data of a running server, copied between its own backup functions (PostgreSQL 15 or newer) to
 * make a standby of it: what {@code pg_basebackup} does, which is not among the embedded programs.
 *
 * @param data where the server that is copied keeps its data
 * @param primary how to log in there as superuser
 * @param slot the replication slot to make for the standby; it keeps what the copy needs of WAL
 */
public record BaseCopy(Path data, PGSimpleDataSource primary, String slot) {

  /** What a server makes anew at its start, or what the slot brings; the directories remain. */
  private static final Set<String> EMPTIED =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  private static final Set<String> LEFT_OUT =
      Set.of("postmaster.pid", "postmaster.opts", "backup_label", "tablespace_map");

  /** Fills a directory, which is there and empty, for whoever runs the programs. */
  void into(Path fresh, Unprivileged user) throws IOException {
    try (Connection connection = primary.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_create_physical_replication_slot('%s', true)".formatted(slot));
      statement.execute("SELECT pg_backup_start('weir-testkit', true)");
      Files.walkFileTree(data, new Copying(data, fresh, user));
      write(fresh.resolve("backup_label"), label(statement), user);
    } catch (SQLException e) {
      throw new IllegalStateException("%s cannot be copied: %s".formatted(data, e.getMessage()), e);
    }
    write(fresh.resolve("postgresql.auto.conf"), follow(), user);
    write(fresh.resolve("standby.signal"), "", user);
  }

  /** Ends the copy; the server says what the file {@code backup_label} must hold. */
  private static String label(Statement statement) throws SQLException {
    try (ResultSet end =
        statement.executeQuery("SELECT labelfile, spcmapfile FROM pg_backup_stop(false)")) {
      end.next();
      String spaces = end.getString(2);
      if (spaces != null && !spaces.isBlank()) {
        throw new IllegalStateException("A server with tablespaces cannot be copied: " + spaces);
      }
      return end.getString(1);
    }
  }

  private String follow() {
    String login =
        "host=%s port=%d user=%s password=%s application_name=%s"
            .formatted(
                primary.getServerNames()[0],
                primary.getPortNumbers()[0],
                word(String.valueOf(primary.getUser())),
                word(String.valueOf(primary.getPassword())),
                slot);
    return "primary_conninfo = '%s'%nprimary_slot_name = '%s'%nwal_retrieve_retry_interval = 200ms%n"
        .formatted(login.replace("'", "''"), slot);
  }

  /** As a value in the words of libpq. */
  private static String word(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static void write(Path file, String text, Unprivileged user) throws IOException {
    Files.deleteIfExists(file);
    var ownersAlone =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.writeString(Files.createFile(file, ownersAlone), text);
    user.own(file);
  }

  /** Lets the server forget the standby; again and again is harmless, while its server runs. */
  public void forget() {
    String drop =
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '%s'"
            .formatted(slot);
    try (Connection connection = primary.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(drop);
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException("Slot " + slot + " stays", e));
    }
  }

  /**
   * Copies one by one. A server that runs removes files at any time: whoever replays the WAL does
   * not miss them.
   */
  private static final class Copying extends SimpleFileVisitor<Path> {
    private static final FileAttribute<?> CLOSED =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path data;
    private final Path fresh;
    private final Unprivileged user;

    Copying(Path data, Path fresh, Unprivileged user) {
      this.data = data;
      this.fresh = fresh;
      this.user = user;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      Path relative = data.relativize(directory);
      if (relative.getNameCount() > 1 && isEmptied(relative)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (!directory.equals(data)) {
        user.own(Files.createDirectory(fresh.resolve(relative), CLOSED));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Path relative = data.relativize(file);
      if (isEmptied(relative) || isLeftOut(file.getFileName().toString())) {
        return FileVisitResult.CONTINUE;
      }
      try {
        Path target = fresh.resolve(relative);
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        user.own(target);
      } catch (NoSuchFileException gone) {
        return visitFileFailed(file, gone);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    private static boolean isEmptied(Path relative) {
      return EMPTIED.contains(relative.getName(0).toString());
    }

    private static boolean isLeftOut(String name) {
      return LEFT_OUT.contains(name) || name.startsWith("pgsql_tmp");
    }
  }
}
