package dev.weir.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

class DemoTest {

  private static final String[] SHORT = {
    "-Ddemo.seconds=4", "-Ddemo.threads=100", "-XX:TieredStopAtLevel=1"
  };
  private static final List<String> CALLERS =
      List.of("look up an order", "place an order", "sales report", "price in Redis");
  private static final Pattern PORT =
      Pattern.compile("(?:PostgreSQL|Redis) +127\\.0\\.0\\.1:(\\d+)");

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Without_any_server {
    private ChildDemo demo;

    @BeforeAll
    void run() throws Exception {
      demo = ChildDemo.run(Map.of(), SHORT);
      assertThat(demo.exitCode()).as(demo.output()).isZero();
    }

    @Test
    void compares_every_caller_on_both_sides() {
      for (String caller : CALLERS) {
        for (String side : List.of("Weir", "bare HikariCP")) {
          // calls a second, p50, p99, max, Jain, failed
          List<Double> figures = demo.row(caller, side);
          assertThat(figures).as("%s on %s", caller, side).hasSize(6);
          assertThat(figures.subList(1, 4)).as("%s on %s", caller, side).isSorted();
          assertThat(figures.getLast()).as("failures of %s on %s", caller, side).isZero();
        }
      }
      assertThat(demo.row("look up an order", "Weir").getFirst()).isGreaterThan(100);
      assertThat(demo.row("look up an order", "bare HikariCP").getFirst()).isGreaterThan(100);
    }

    @Test
    void shows_the_progress_of_every_turn() {
      for (int turn = 1; turn <= 4; turn++) {
        assertThat(demo.output()).containsPattern("turn " + turn + " of 4, .*: 1 s, [\\d,]+ calls");
      }
    }

    @Test
    void shows_the_lanes_under_a_hog_live() {
      assertThat(demo.output())
          .containsPattern("alone +batch 0 in use, 0 waiting +interactive \\d in use, 0 waiting")
          .containsPattern(
              "beside the hog +batch \\d in use, \\d{2,} waiting +interactive \\d in use")
          .containsPattern("admin in after [\\d.]+ ms")
          .containsPattern("Beside the hog: p50 [\\d.]+ ms, p99 [\\d.]+ ms");
    }

    @Test
    void shows_health_and_metrics_and_what_to_try_next() {
      assertThat(demo.output())
          .containsPattern("database +UP")
          .containsPattern("redis +UP")
          .containsPattern("db\\.client\\.connection\\.wait_time +quantile=0\\.99 +[\\d.]+ s")
          .contains("What to try next:", "-Ddemo.seconds=60");
    }

    @Test
    void leaves_no_process_and_no_port_behind() throws IOException {
      assertThat(demo.processes()).hasSizeGreaterThan(2);
      Await.until(
          Duration.ofSeconds(5),
          "the end of " + demo.processes(),
          () -> demo.processes().stream().noneMatch(ProcessHandle::isAlive));
      assertThat(ports()).hasSize(2);
      for (int port : ports()) {
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
      }
    }

    private List<Integer> ports() {
      return PORT.matcher(demo.output())
          .results()
          .map(found -> Integer.valueOf(found.group(1)))
          .toList();
    }
  }

  @Test
  void runs_on_a_named_PostgreSQL_and_leaves_it_as_it_was() throws Exception {
    try (TestDatabase database = TestServers.postgres().freshDatabase()) {
      ChildDemo demo = ChildDemo.run(named(database), SHORT);

      assertThat(demo.exitCode()).as(demo.output()).isZero();
      assertThat(demo.output()).contains("/" + database.name());
      assertThat(demo.processes())
          .as("its own Redis, and no PostgreSQL beside the named one")
          .isNotEmpty()
          .noneMatch(it -> it.info().command().orElse("").contains("postgres"));
      assertThat(schemas(database)).containsExactly("public");
    }
  }

  private static List<String> schemas(TestDatabase database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT string_agg(nspname, ',') FROM pg_namespace"
                    + " WHERE nspname !~ '^(pg_|information_schema)'")) {
      rows.next();
      return List.of(rows.getString(1).split(",", -1));
    }
  }

  @Test
  void ends_with_1_and_one_line_if_the_named_PostgreSQL_is_not_there() throws Exception {
    int nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    String url = "jdbc:postgresql://127.0.0.1:" + nobody + "/orders";

    ChildDemo demo =
        ChildDemo.run(
            Map.of(
                "WEIR_POSTGRES_URL", url,
                "WEIR_POSTGRES_USER", "orders",
                "WEIR_POSTGRES_PASSWORD", "none"),
            SHORT);

    assertThat(demo.exitCode()).isEqualTo(1);
    assertThat(demo.output().lines().filter(line -> line.startsWith("The demo failed: ")))
        .singleElement()
        .asString()
        .contains("127.0.0.1:" + nobody);
    assertThat(demo.output()).doesNotContain("\tat ", "What to try next");
  }

  @Test
  void ends_with_1_and_every_problem_if_it_is_set_wrongly() throws Exception {
    ChildDemo demo = ChildDemo.run(Map.of(), "-Ddemo.seconds=3", "-Ddemo.threads=0");

    assertThat(demo.exitCode()).isEqualTo(1);
    assertThat(demo.output().strip())
        .isEqualTo(
            "The demo failed: -Ddemo.seconds=3 must lie in 4..3600;"
                + " -Ddemo.threads=0 must lie in 1..100000");
  }

  private static Map<String, String> named(TestDatabase database) {
    return Map.of(
        "WEIR_POSTGRES_URL", database.jdbcUrl(),
        "WEIR_POSTGRES_USER", database.user(),
        "WEIR_POSTGRES_PASSWORD", database.password());
  }
}
