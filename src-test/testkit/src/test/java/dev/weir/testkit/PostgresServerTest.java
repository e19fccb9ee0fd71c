package dev.weir.testkit;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresServerTest {
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.builder().durable().setting("work_mem", "7MB").start();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @Nested
  class A_server_of_ones_own {

    @Test
    void is_PostgreSQL_18_with_the_settings_asked_for() throws SQLException {
      assertThat(show("server_version")).startsWith("18.");
      assertThat(show("work_mem")).isEqualTo("7MB");
      assertThat(show("max_connections")).isEqualTo("200");
      assertThat(show("shared_preload_libraries")).isEqualTo("pg_stat_statements");
    }

    @Test
    void knows_letters_beyond_ASCII_and_sorts_them_the_same_on_every_machine() throws SQLException {
      var connection = server.dataSource("postgres").getConnection();
      String sql =
          "SELECT upper('ä') || string_agg(c, '' ORDER BY c) FROM unnest('{a,B,ä,Z}'::text[]) c";
      assertThat(query(connection, sql)).isEqualTo("ÄBZaä");
    }

    @Test
    void is_durable_when_asked() throws SQLException {
      assertThat(List.of(show("fsync"), show("synchronous_commit"), show("full_page_writes")))
          .containsOnly("on");
    }

    @Test
    void refuses_a_wrong_password() {
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.jdbcUrl("postgres"), server.user(), "wrong"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void refuses_to_be_entered_without_a_password() {
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.jdbcUrl("postgres") + "?user=postgres"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password");
    }

    private String show(String setting) throws SQLException {
      return query(server.dataSource("postgres").getConnection(), "SHOW " + setting);
    }
  }

  @Nested
  class A_fresh_database {

    @Test
    void knows_nothing_of_another() throws SQLException {
      try (var one = server.freshDatabase();
          var other = server.freshDatabase()) {
        execute(one, "CREATE TABLE t (id int)");
        assertThatThrownBy(() -> execute(other, "SELECT * FROM t"))
            .hasMessageContaining("does not exist");
      }
    }

    @Test
    void copies_the_template_it_is_given() throws SQLException {
      try (var template = server.freshDatabase()) {
        execute(template, "CREATE TABLE t AS SELECT 42 AS answer");
        try (var copy = server.freshDatabase(template.name())) {
          assertThat(query(copy.dataSource().getConnection(), "SELECT answer FROM t"))
              .isEqualTo("42");
        }
      }
    }

    @Test
    void is_gone_after_its_drop_even_if_someone_is_still_in_it() throws SQLException {
      var database = server.freshDatabase();
      try (var lingering = database.dataSource().getConnection()) {
        database.drop();
        database.drop();
        assertThat(lingering.isValid(5)).isFalse();
        assertThatThrownBy(() -> database.dataSource().getConnection())
            .hasMessageContaining("does not exist");
      }
    }

    @Test
    void is_reached_by_its_url_user_and_password() throws SQLException {
      try (var database = server.freshDatabase()) {
        var connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        assertThat(query(connection, "SELECT current_database()")).isEqualTo(database.name());
      }
    }
  }

  @Nested
  class A_killed_server {

    @Test
    void is_down_with_all_its_children_and_comes_back_with_what_was_committed()
        throws SQLException {
      try (var database = server.freshDatabase()) {
        execute(database, "CREATE TABLE t (id int)");
        execute(database, "INSERT INTO t SELECT generate_series(1, 1000)");
        List<Long> pids = server.pids();

        server.kill();

        assertThat(pids).hasSizeGreaterThan(3).noneMatch(PostgresServerTest::runs);
        assertThatThrownBy(
                () -> new Socket(InetAddress.getLoopbackAddress(), server.port()).close())
            .isInstanceOf(IOException.class);
        assertThatThrownBy(server::pids).hasMessageContaining("restart() it first");

        server.restart();

        assertThat(query(database.dataSource().getConnection(), "SELECT count(*) FROM t"))
            .isEqualTo("1000");
      }
    }
  }

  @Nested
  class A_restarted_server {

    @Test
    void listens_on_the_same_port_with_other_processes() throws SQLException {
      int port = server.port();
      long postmaster = server.pids().getFirst();
      server.restart();
      assertThat(server.port()).isEqualTo(port);
      assertThat(server.pids().getFirst()).isNotEqualTo(postmaster);
      assertThat(query(server.dataSource("postgres").getConnection(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Nested
  class A_paused_server {

    @Test
    void answers_nothing_until_it_is_resumed() throws SQLException {
      PGSimpleDataSource impatient = server.dataSource("postgres");
      impatient.setSocketTimeout(1);
      try (Connection patient = server.dataSource("postgres").getConnection();
          Connection connection = impatient.getConnection()) {
        server.pause();
        try {
          assertThatThrownBy(() -> connection.createStatement().execute("SELECT 1"))
              .hasRootCauseInstanceOf(SocketTimeoutException.class);
        } finally {
          server.resume();
        }
        assertThat(query(patient, "SELECT 1")).isEqualTo("1");
      }
    }
  }

  @Nested
  class A_closed_server {

    @Test
    void leaves_no_process_no_port_and_no_directory() {
      List<Long> pids;
      Path directory;
      int port;
      try (var shortLived = PostgresServer.start()) {
        pids = shortLived.pids();
        port = shortLived.port();
        directory = shortLived.directory();
        assertThat(directory).isDirectory();
        shortLived.pause();
      }
      assertThat(pids).isNotEmpty().noneMatch(PostgresServerTest::runs);
      assertThat(Files.exists(directory)).isFalse();
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_server_that_cannot_start_says_what_PostgreSQL_wrote() {
    var setup = PostgresServer.builder().setting("no_such_setting", "1").patience(ofSeconds(20));
    assertThatThrownBy(setup::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
  }

  static boolean runs(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()
        && !isZombie(Path.of("/proc/" + pid + "/stat"));
  }

  private static boolean isZombie(Path stat) {
    try {
      return Files.readString(stat).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }

  private static void execute(TestDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Asks one question and closes the connection. */
  static String query(Connection connection, String sql) throws SQLException {
    try (connection;
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
