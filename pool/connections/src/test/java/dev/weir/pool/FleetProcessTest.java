package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.ChildProgram;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three JVMs that each want 50 of a server's 60 connections. */
@Timeout(300)
@Tag("faults")
class FleetProcessTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path directory;

  private final List<ChildProgram> children = new ArrayList<>();

  @Test
  void share_max_connections_without_a_refusal_and_grow_when_one_leaves_or_is_killed()
      throws Exception {
    try (PostgresServer server =
            PostgresServer.builder()
                .setting("max_connections", "60")
                .setting("log_connections", "on")
                .start();
        Connection watching =
            DriverManager.getConnection(
                server.jdbcUrl("postgres"), server.user(), server.password())) {
      for (String name : List.of("one", "two", "three")) {
        children.add(start(name, server));
      }
      children.forEach(child -> child.awaitOutput("open"));
      awaitClaims(watching, 17, 17, 17);
      awaitSessions(watching, 3 * 17);
      int refusedBefore = refused(server);

      ChildProgram three = children.get(2);
      three.signal("TERM");
      three.awaitExit(PATIENCE);
      assertThat(three.output()).contains("leaving");
      awaitClaims(watching, 25, 25);
      awaitSessions(watching, 2 * 25);

      children.get(1).signal("KILL");
      awaitClaims(watching, 50);
      awaitSessions(watching, 50);

      System.out.printf(
          "Three JVMs on 60 connections: 53300 while they came together %d, after that %d%n",
          refusedBefore, refused(server) - refusedBefore);
      assertThat(refused(server)).as("logins refused").isEqualTo(refusedBefore).isZero();
      assertThat(children.get(0).output()).doesNotContain("refused").doesNotContain("failed");
      assertThat(children.get(1).output()).doesNotContain("refused").doesNotContain("failed");
    } finally {
      children.forEach(ChildProgram::close);
    }
  }

  private ChildProgram start(String name, PostgresServer server) throws IOException {
    Path own = Files.createDirectory(directory.resolve(name));
    return ChildProgram.Setup.of(FleetInstance.class, own)
        .start(server.jdbcUrl("postgres"), server.user(), server.password());
  }

  /** What the server itself refused; it says so to its log alone. */
  private static int refused(PostgresServer server) throws IOException {
    String log = Files.readString(server.directory().resolve("log"));
    return log.split("too many clients|remaining connection slots", -1).length - 1;
  }

  private void awaitClaims(Connection watching, Integer... wanted) {
    String told =
        "select split_part(application_name, ':', 5)::int from pg_stat_activity"
            + " where application_name like 'weir-fleet:orders:%' order by 1";
    Await.until(
        PATIENCE,
        () -> "%s, but %s".formatted(List.of(wanted), all(watching, told)),
        () -> all(watching, told).equals(List.of(wanted)));
  }

  /** Those of all instances together, busy as they are. */
  private void awaitSessions(Connection watching, int wanted) {
    String count =
        "select count(*)::int from pg_stat_activity"
            + " where application_name like 'weir%' and backend_type = 'client backend'";
    Await.until(
        PATIENCE,
        () -> "%d sessions, but %s".formatted(wanted, all(watching, count)),
        () -> all(watching, count).equals(Collections.singletonList(wanted)));
  }

  private static List<Integer> all(Connection watching, String sql) {
    List<Integer> numbers = new ArrayList<>();
    try (Statement statement = watching.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
    return numbers;
  }
}
