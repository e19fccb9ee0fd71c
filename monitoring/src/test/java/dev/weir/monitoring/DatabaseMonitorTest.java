package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.Health.Status;
import dev.weir.pool.Access;
import dev.weir.pool.PoolState;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RealServers
@Timeout(180)
class DatabaseMonitorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Health check(House house) {
    return new DatabaseMonitor(house.connections()).check();
  }

  private static Health health(HealthRegistry registry, String name) {
    return registry.report().monitor(name).orElseThrow().health();
  }

  private static void awaitStatus(HealthRegistry registry, String name, Status status) {
    Await.until(
        PATIENCE,
        () -> name + " to be " + status + ", but " + registry.report().text(),
        () -> health(registry, name).status() == status);
  }

  @Nested
  class A_database_that_answers {

    @Test
    void is_up_with_its_version_its_role_and_its_connections(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        Health health = check(house);
        assertThat(health.status()).isEqualTo(Status.UP);
        assertThat(health.evidence().figures())
            .containsEntry("role", "primary")
            .containsKeys("version", "round trip", "max_connections");
        assertThat(Integer.parseInt(health.evidence().figures().get("connections"))).isPositive();
        assertThat(house.connections().snapshot().gate().lanes())
            .filteredOn(lane -> lane.name().equals("admin"))
            .extracting(lane -> lane.admitted())
            .containsExactly(1L);
      }
    }

    @Test
    void counts_the_connections_of_others_for_a_login_without_rights(TestDatabase database)
        throws SQLException {
      List<Connection> others = new ArrayList<>();
      try (House house = House.open(House.config(database))) {
        execute(database, "CREATE ROLE weir_plain LOGIN PASSWORD 'plain'");
        for (int i = 0; i < 3; i++) {
          others.add(database.dataSource().getConnection());
        }
        WeirConfig plain = House.config(database);
        plain = plain.postgres(plain.postgres().user("weir_plain").password(Secret.of("plain")));
        try (House stranger = House.open(plain)) {
          assertThat(counted(stranger)).isGreaterThanOrEqualTo(4).isCloseTo(counted(house), near());
        }
      } finally {
        for (Connection other : others) {
          other.close();
        }
        execute(database, "DROP ROLE weir_plain");
      }
    }

    private org.assertj.core.data.Offset<Integer> near() {
      return org.assertj.core.data.Offset.offset(2);
    }

    private int counted(House house) {
      return Integer.parseInt(check(house).evidence().figures().get("connections"));
    }

    private void execute(TestDatabase database, String sql) throws SQLException {
      try (Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }

    @Test
    void is_degraded_once_four_fifths_of_its_connections_are_taken() {
      Evidence some = Evidence.of("connections", 80);
      assertThat(DatabaseMonitor.judged(79, 100, some).status()).isEqualTo(Status.UP);
      Health filling = DatabaseMonitor.judged(80, 100, some);
      assertThat(filling.status()).isEqualTo(Status.DEGRADED);
      assertThat(filling.cause()).isEqualTo("80 of the server's 100 connections for all are taken");
      Health full = DatabaseMonitor.judged(90, 100, some);
      assertThat(full.status()).isEqualTo(Status.DEGRADED);
      assertThat(full.cause()).contains("90 of the server's 100").contains("few are left");
      assertThat(full.mend()).contains("pool.max").contains("max_connections");
    }

    @Test
    void is_seen_to_fill_up_on_a_small_server_less_what_is_reserved() throws SQLException {
      try (PostgresServer server = small();
          House house = House.open(House.config(server).pool(new PoolConfig(1, 1, PATIENCE)))) {
        List<Connection> others = new ArrayList<>();
        try (TestDatabase database = server.freshDatabase()) {
          for (int i = 0; i < 6; i++) {
            others.add(database.dataSource().getConnection());
          }
          Health filling = check(house);
          assertThat(filling.status()).isEqualTo(Status.DEGRADED);
          assertThat(filling.cause())
              .isEqualTo("7 of the server's 8 connections for all are taken");
          assertThat(filling.evidence().figures())
              .containsEntry("max_connections", "10")
              .containsEntry("reserved", "2");
          for (Connection other : others) {
            other.close();
          }
          Await.until(PATIENCE, "room again", () -> check(house).status() == Status.UP);
        }
      }
    }

    private PostgresServer small() {
      return PostgresServer.builder()
          .setting("max_connections", "10")
          .setting("superuser_reserved_connections", "2")
          .start();
    }

    @Test
    void that_has_no_connection_left_is_down_and_named() throws SQLException {
      try (PostgresServer server = small();
          House house = House.open(House.config(server).pool(new PoolConfig(0, 1, PATIENCE)));
          TestDatabase database = server.freshDatabase();
          HealthRegistry registry = house.watch()) {
        awaitStatus(registry, "database", Status.UP);
        List<Connection> others = new ArrayList<>();
        try (Connection admin = database.dataSource().getConnection();
            Statement statement = admin.createStatement()) {
          fill(database, others);
          statement.execute(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE datname = 'postgres' AND pid <> pg_backend_pid()");
          fill(database, others);
          awaitStatus(registry, "database", Status.DOWN);
          Health full = health(registry, "database");
          assertThat(full.cause()).contains("runs, but has no connection left for us");
          assertThat(full.evidence().figures()).containsEntry("SQLSTATE", "53300");
          assertThat(full.mend()).contains("max_connections").contains("pg_stat_activity");
        } finally {
          for (Connection other : others) {
            other.close();
          }
        }
        awaitStatus(registry, "database", Status.UP);
      }
    }

    /** Takes what is there; somebody else may be faster for the last one. */
    private void fill(TestDatabase database, List<Connection> taken) {
      Await.until(
          PATIENCE,
          "the server to be full",
          () -> {
            try {
              taken.add(database.dataSource().getConnection());
              return false;
            } catch (SQLException full) {
              return "53300".equals(full.getSQLState());
            }
          });
    }
  }

  @Nested
  class A_database_that_is_gone {

    private static final String CANARY = "canary-4711";

    @Test
    void is_down_with_cause_and_setting_and_up_again_when_it_is_back() {
      try (PostgresServer server = PostgresServer.builder().password(CANARY).start();
          House house = House.open(House.config(server));
          HealthRegistry registry = house.watch()) {
        awaitStatus(registry, "database", Status.UP);
        server.kill();
        awaitStatus(registry, "database", Status.DOWN);
        Health down = health(registry, "database");
        assertThat(down.cause()).containsAnyOf("could not be reached", "terminat", "I/O error");
        assertThat(down.evidence().figures())
            .containsEntry("server", house.connections().snapshot().target())
            .containsKeys("waited", "SQLSTATE");
        assertThat(down.mend()).contains("postgres.url").contains("postgres.user");
        HealthReport report = registry.report();
        assertThat(report.status()).isEqualTo(Status.DOWN);
        assertThat(report.status(HealthGroup.LIVENESS)).isEqualTo(Status.UP);
        assertThat(report.toJson() + report.text() + report).doesNotContain(CANARY);
        server.restart();
        awaitStatus(registry, "database", Status.UP);
      }
    }

    @Test
    void that_refuses_the_login_names_user_and_password_but_shows_none() throws SQLException {
      try (PostgresServer server = PostgresServer.builder().password(CANARY).start();
          House house = House.open(House.config(server).pool(new PoolConfig(0, 1, PATIENCE)));
          HealthRegistry registry = house.watch()) {
        awaitStatus(registry, "database", Status.UP);
        try (TestDatabase database = server.freshDatabase();
            Connection connection = database.dataSource().getConnection();
            Statement statement = connection.createStatement()) {
          statement.execute("ALTER USER " + server.user() + " PASSWORD 'another'");
          statement.execute(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE usesysid IS NOT NULL AND pid <> pg_backend_pid()");
          awaitStatus(registry, "database", Status.DOWN);
          HealthReport report = registry.report();
          assertThat(report.toJson() + report.text() + report)
              .contains("postgres.password")
              .doesNotContain(CANARY);
          statement.execute("ALTER USER " + server.user() + " PASSWORD '" + CANARY + "'");
          awaitStatus(registry, "database", Status.UP);
        }
      }
    }

    @Test
    void that_is_frozen_is_not_up_and_delays_nobody() {
      try (PostgresServer server = PostgresServer.start();
          House house = House.open(House.config(server));
          HealthRegistry registry = house.watch()) {
        awaitStatus(registry, "database", Status.UP);
        server.pause();
        try {
          Await.until(
              PATIENCE,
              "database not to be up",
              () -> health(registry, "database").status().compareTo(Status.UNKNOWN) >= 0);
          assertThat(health(registry, "memory").status()).isEqualTo(Status.UP);
        } finally {
          server.resume();
        }
        awaitStatus(registry, "database", Status.UP);
      }
    }
  }

  @Nested
  class A_pool_in_which_all_is_busy {

    @Test
    void is_degraded_while_the_database_is_up_through_the_lane_admin(TestDatabase database)
        throws InterruptedException {
      try (House house = House.open(House.config(database));
          HealthRegistry registry = house.watch();
          var callers = Executors.newVirtualThreadPerTaskExecutor()) {
        var release = new CountDownLatch(1);
        for (int i = 0; i < 6; i++) {
          var _ =
              callers.submit(
                  () ->
                      house
                          .connections()
                          .withSession(
                              _ -> release.await(60, java.util.concurrent.TimeUnit.SECONDS)));
        }
        Await.until(
            PATIENCE,
            "the pool to be exhausted",
            () -> house.connections().snapshot().gate().queued() == 3);
        assertThat(house.connections().snapshot().state()).isEqualTo(PoolState.EXHAUSTED);
        var asked = registry.report().checkedAt();
        Await.until(
            PATIENCE,
            () -> "the database to answer anew, but " + registry.report().text(),
            () -> {
              MonitorReport part = registry.refresh().monitor("database").orElseThrow();
              return part.health().status() == Status.UP && part.checkedAt().isAfter(asked);
            });
        Await.until(
            PATIENCE,
            "an answer within 100 ms, though callers wait for seconds",
            () -> quick(registry.refresh().monitor("database").orElseThrow()));
        HealthReport report = registry.report();
        Health pool = report.monitor("pool").orElseThrow().health();
        assertThat(pool.status()).isEqualTo(Status.DEGRADED);
        assertThat(pool.cause()).contains("3 in lane 'interactive'");
        assertThat(pool.mend()).contains("pool.max (now 4)");
        assertThat(report.status()).isEqualTo(Status.DEGRADED);
        release.countDown();
        awaitStatus(registry, "pool", Status.UP);
      }
    }

    private boolean quick(MonitorReport part) {
      return part.health().status() == Status.UP
          && part.duration().compareTo(Duration.ofMillis(100)) < 0;
    }

    @Test
    void leaves_the_database_unknown_if_the_lane_admin_is_busy_too(TestDatabase database)
        throws InterruptedException {
      WeirConfig config = House.config(database).pool(new PoolConfig(1, 1, PATIENCE));
      try (House house = House.open(config.lane("admin", LaneConfig.open().reserved(0)));
          HealthRegistry registry = house.watch();
          var callers = Executors.newVirtualThreadPerTaskExecutor()) {
        var release = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var _ =
            callers.submit(
                () ->
                    house
                        .connections()
                        .withSession(
                            Access.readWrite().lane("admin"),
                            _ -> {
                              entered.countDown();
                              return release.await(60, java.util.concurrent.TimeUnit.SECONDS);
                            }));
        entered.await();
        Await.until(
            PATIENCE,
            () -> "the lane to be named, but " + registry.report().text(),
            () -> health(registry, "database").mend().contains("lanes.admin.reserved"));
        assertThat(health(registry, "database").status()).isEqualTo(Status.UNKNOWN);
        release.countDown();
        awaitStatus(registry, "database", Status.UP);
      }
    }
  }
}
