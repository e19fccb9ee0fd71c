package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PostgresConfig;
import dev.weir.config.Secret;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another password while work goes on. The full run of two minutes: {@code
 * -Dweir.rotation.seconds=120 -Dweir.rotation.every-ms=5000}.
 */
@Tag("faults")
class RotationTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SECONDS = Integer.getInteger("weir.rotation.seconds", 5);
  private static final int EVERY_MS = Integer.getInteger("weir.rotation.every-ms", 1_000);

  private static final int SOCKETS = 8;

  /** What callers may have of them: one is the lane admin's. */
  private static final int PERMITS = SOCKETS - 1;

  private static PostgresServer server;
  private static int roles;

  private TestDatabase database;
  private OwnRole role;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    database = server.freshDatabase();
    role = OwnRole.create(database, "rotated" + ++roles);
  }

  private int backendsBefore(String moment) {
    try (Connection admin = database.dataSource().getConnection()) {
      return Pools.one(
          admin,
          "select count(*) from pg_stat_activity where usename = '%s' and backend_start < '%s'"
              .formatted(role.name(), moment));
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  private String now() throws SQLException {
    try (Connection admin = database.dataSource().getConnection();
        var rows = admin.createStatement().executeQuery("select clock_timestamp()")) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** The password comes from a callback, as a token would. */
  @Test
  void under_load_again_and_again_fails_no_request() throws Exception {
    int switches = 0;
    int inFlight = 0;
    int least = Integer.MAX_VALUE;
    try (var pools = Pools.open(role.settings(2, SOCKETS));
        var load = Load.begin(pools, 40, c -> Pools.run(c, "select pg_sleep(0.004)"))) {
      long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      while (System.nanoTime() < end) {
        long next = System.nanoTime() + Duration.ofMillis(EVERY_MS).toNanos();
        awaitFull(pools, SOCKETS);
        role.changePassword("password " + ++switches);
        role.tell("password " + switches);
        String moment = now();
        int inside = underWay(load);
        pools.manager().rotate();
        inFlight += inside;
        least = Math.min(least, inside);
        Await.until(PATIENCE, "the old ones go", () -> backendsBefore(moment) == 0);
        Await.until(PATIENCE, "it is time", () -> System.nanoTime() - next > 0);
      }
      FaultLog.note(
          "password rotated every %d ms for %d s, no retries".formatted(EVERY_MS, SECONDS),
          "%d rotations, %,d sessions, failed %d, in flight at a switch %d at least and %.1f of %d on average",
          switches,
          load.done(),
          load.failures().size(),
          least,
          (double) inFlight / switches,
          PERMITS);
      assertThat(load.failures()).isEmpty();
      assertThat(least).isPositive();
      assertThat(inFlight).as("half of capacity").isGreaterThanOrEqualTo(switches * PERMITS / 2);
      assertThat(pools.manager().snapshot().connections()).isLessThanOrEqualTo(SOCKETS);
    }
  }

  /** All stand, so none logs in by itself while the passwords of server and service differ. */
  private static void awaitFull(Pools pools, int sockets) {
    Await.until(PATIENCE, "all stand", () -> pools.manager().snapshot().connections() == sockets);
  }

  /** How many sessions are open, once it is at least half of those that there may be. */
  private static int underWay(Load load) {
    var seen = new AtomicInteger();
    Await.until(
        PATIENCE,
        "half of capacity is in use",
        () -> seen.accumulateAndGet(load.inside(), (_, now) -> now) >= PERMITS / 2);
    return seen.get();
  }

  @Test
  void of_a_file_is_taken_up_under_load_without_a_failed_request(@TempDir Path directory)
      throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "first");
    PostgresConfig postgres = role.postgres().password(Secret.file(file));
    try (var pools = Pools.open(OwnRole.settings(postgres, 6, 6));
        var load = Load.begin(pools, 20, c -> Pools.run(c, "select pg_sleep(0.004)"))) {
      for (int i = 1; i <= 3; i++) {
        awaitFull(pools, 6);
        role.changePassword("token " + i);
        Files.writeString(file, "token " + i);
        String moment = now();
        assertThat(pools.manager().rotateIfNew()).isTrue();
        Await.until(PATIENCE, "the old ones go", () -> backendsBefore(moment) == 0);
      }
      assertThat(load.failures()).isEmpty();
      assertThat(load.done()).isPositive();
    }
  }

  @Test
  void of_an_idle_pool_replaces_every_connection() throws Exception {
    try (var pools = Pools.open(role.settings(5, 5))) {
      Await.until(PATIENCE, "all stand", () -> pools.manager().snapshot().idle() == 5);
      String moment = now();
      pools.manager().rotate();
      Await.until(
          PATIENCE,
          "all are replaced",
          () -> backendsBefore(moment) == 0 && pools.manager().snapshot().idle() == 5);
    }
  }

  @Test
  void to_a_wrong_password_leaves_all_as_it_was_and_hammers_nobody() throws Exception {
    var logins = new Logins();
    try (var pools = Pools.open(role.settings(3, 6), logins);
        var load = Load.begin(pools, 3, c -> Pools.run(c, "select pg_sleep(0.002)"))) {
      Await.until(PATIENCE, "all stand", () -> pools.manager().snapshot().connections() >= 3);
      String moment = now();
      for (int i = 0; i < 50; i++) {
        assertThatThrownBy(() -> pools.manager().rotate(Secret.of("wrong")))
            .isInstanceOf(DatabaseUnavailableException.class)
            .hasMessageContaining("28P01");
      }
      assertThat(logins.refused()).hasSizeLessThanOrEqualTo(6); // one or two as a rule
      assertThat(backendsBefore(moment)).isGreaterThanOrEqualTo(3);
      assertThat(load.failures()).isEmpty();
      role.changePassword("right");
      pools.manager().rotate(Secret.of("right"));
      Await.until(PATIENCE, "all are replaced", () -> backendsBefore(moment) == 0);
      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void happens_by_itself_only_if_the_password_reads_otherwise() throws Exception {
    try (var pools = Pools.open(role.settings(1, 2))) {
      assertThat(pools.manager().rotateIfNew()).isFalse();
      role.changePassword("other");
      role.tell("other");
      assertThat(pools.manager().rotateIfNew()).isTrue();
      assertThat(pools.manager().rotateIfNew()).isFalse();
    }
  }

  @Test
  void is_not_ours_where_the_service_brought_its_own_data_source() {
    ConnectionSettings theirs = role.settings(1, 2).override(database.dataSource());
    try (var pools = Pools.open(theirs)) {
      assertThatThrownBy(() -> pools.manager().rotate())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("its own data source");
      assertThatThrownBy(() -> pools.manager().resize(1, 3))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }
}
