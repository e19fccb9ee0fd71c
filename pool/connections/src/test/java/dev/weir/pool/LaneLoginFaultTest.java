package dev.weir.pool;

import static dev.weir.pool.TwoLogins.MODELS;
import static dev.weir.pool.TwoLogins.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.config.LaneLogin;
import dev.weir.config.PostgresConfig;
import dev.weir.config.Secret;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestServers;
import dev.weir.testkit.wire.MessagePattern;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A login of a lane that cannot be had, or no more, and what it does to the others: nothing. */
@Tag("faults")
class LaneLoginFaultTest {

  private static final String CANARY = "canary-9Q7x";

  private static PostgresServer server;
  private static int number;

  private TwoLogins logins;

  @BeforeAll
  static void start() {
    // Without fsync a killed server loses nothing; without synchronous_commit it would.
    server = PostgresServer.builder().setting("synchronous_commit", "on").start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    logins = new TwoLogins(server, "_" + ++number);
  }

  @AfterEach
  void close() {
    logins.database().close();
  }

  private static Map<String, LaneConfig> models(LaneLogin login) {
    return Map.of("models", LaneConfig.open().limit(TwoLogins.OWN).login(login));
  }

  @Test
  void at_the_start_all_that_cannot_be_had_are_named_with_their_settings() {
    var lanes =
        Map.of(
            "models",
            LaneConfig.open().limit(1).login(TwoLogins.login(logins.reader(), CANARY)),
            "imports",
            LaneConfig.open().limit(1).login(new LaneLogin("nobody", Secret.of(CANARY))),
            "exports",
            LaneConfig.open()
                .limit(1)
                .login(new LaneLogin(logins.reader().name(), Secret.file(Path.of("gone")))),
            "agents",
            LaneConfig.open().limit(1).login(logins.login()));
    assertThatThrownBy(() -> Pools.open(logins.settings(1, lanes)))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("lanes.models.user = " + logins.reader().name())
        .hasMessageContaining("check lanes.models.user and lanes.models.password")
        .hasMessageContaining("lanes.imports.user = nobody")
        .hasMessageContaining("check lanes.exports.password-file")
        .hasMessageNotContaining("lanes.agents")
        .satisfies(
            no -> {
              var all = new StringWriter();
              no.printStackTrace(new PrintWriter(all));
              assertThat(all.toString()).doesNotContain(CANARY);
            });
    Await.until(PATIENCE, "no socket is left", () -> logins.backends() == 0);
  }

  @Test
  void that_fits_nothing_is_refused_before_anybody_logs_in() {
    LaneConfig own = LaneConfig.open().limit(TwoLogins.MAX).login(logins.login());
    assertThatThrownBy(() -> Pools.open(logins.settings(0, Map.of("models", own))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("have all of the 6 connections of pool.max");
    assertThatThrownBy(() -> Pools.open(logins.settings(0, Map.of("interactive", own.limit(1)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lanes.interactive.user");
    assertThatThrownBy(
            () -> Pools.open(logins.settings(0).override(logins.database().dataSource())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("lanes.<name>.user: models")
        .hasMessageContaining("brought its own data source");
  }

  @Test
  void wins_over_a_user_and_a_password_in_the_address() throws SQLException {
    PostgresConfig postgres =
        PostgresConfig.defaults()
            .url(
                "%s?user=%s&password=first"
                    .formatted(logins.database().jdbcUrl(), logins.service().name()));
    try (var pools = Pools.open(TwoLogins.settings(postgres, 0, models(logins.login())))) {
      assertThat(TwoLogins.who(pools, MODELS)).isEqualTo(logins.reader().name());
      assertThat(TwoLogins.who(pools, Access.readWrite())).isEqualTo(logins.service().name());
    }
  }

  private static boolean isRefused(Pools pools) {
    try {
      TwoLogins.who(pools, MODELS);
      return false;
    } catch (DatabaseUnavailableException refused) {
      return true;
    } catch (SQLException lost) {
      return false;
    }
  }

  private void changeOnTheServer(Pools pools, String password) throws SQLException {
    logins.reader().changePassword(password);
    logins.end(logins.reader());
    Await.until(PATIENCE, "the login is refused", () -> isRefused(pools));
    TwoLogins.await(pools, PoolState.DEGRADED);
  }

  @Test
  void whose_password_was_changed_harms_nobody_else_and_comes_back_by_rotation() throws Exception {
    var tries = new Logins();
    try (var pools = Pools.open(logins.settings(1), tries);
        var others = Load.begin(pools, 20, c -> Pools.run(c, "select pg_sleep(0.002)"))) {
      Await.until(PATIENCE, "all work", () -> others.done() > 100);
      changeOnTheServer(pools, "second");
      assertThat(pools.manager().snapshot().cause())
          .contains("lane 'models'", logins.reader().name(), "lanes.models.user", "28P01");
      int refused = refusedIn(pools, Duration.ofSeconds(3));
      FaultLog.note(
          "the password of one of two logins changed under load",
          "callers of the lane refused %,d, logins refused %d, sessions of the others %,d, failed %d",
          refused,
          tries.refused().size(),
          others.done(),
          others.failures().size());
      assertThat(tries.refused()).hasSizeBetween(1, 5).containsOnly("28P01");
      assertThat(pools.manager().rotateIfNew()).as("it reads as it did").isFalse();
      logins.reader().tell("second");
      assertThat(pools.manager().rotateIfNew()).isTrue();
      assertThat(TwoLogins.who(pools, MODELS)).isEqualTo(logins.reader().name());
      assertThat(pools.manager().snapshot().state()).isNotEqualTo(PoolState.DEGRADED);
      assertThat(others.failures()).isEmpty();
    }
  }

  /** Each caller is told so at once, by name; none of them has a login tried. */
  private static int refusedIn(Pools pools, Duration time) {
    int refused = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      assertThatThrownBy(() -> TwoLogins.who(pools, MODELS))
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("check lanes.models.user and lanes.models.password")
          .hasMessageContaining("28P01");
      refused++;
    }
    return refused;
  }

  @Test
  void whose_password_file_changes_comes_back_by_itself(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "first");
    var login = new LaneLogin(logins.reader().name(), Secret.file(file));
    try (var pools = Pools.open(logins.settings(1, models(login)))) {
      TwoLogins.await(pools, PoolState.HEALTHY);
      changeOnTheServer(pools, "second");
      Files.writeString(file, "second");
      TwoLogins.await(pools, PoolState.HEALTHY);
      assertThat(TwoLogins.who(pools, MODELS)).isEqualTo(logins.reader().name());
    }
  }

  private int before(OwnRole role, String moment) {
    return logins.backends(
        "usename = '%s' and backend_start < '%s'".formatted(role.name(), moment));
  }

  private String now() throws SQLException {
    try (Connection admin = logins.database().dataSource().getConnection();
        var rows = admin.createStatement().executeQuery("select clock_timestamp()")) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void rotates_with_the_others_and_not_with_their_password() throws Exception {
    try (var pools = Pools.open(logins.settings(2));
        var load = Load.begin(pools, 20, c -> Pools.run(c, "select pg_sleep(0.002)"));
        var own = Load.begin(pools, MODELS, 20, c -> Pools.run(c, "select pg_sleep(0.002)"))) {
      Await.until(
          PATIENCE, "all stand", () -> pools.manager().snapshot().connections() == TwoLogins.MAX);
      String moment = now();
      pools.manager().rotate(Secret.of("first"));
      Await.until(PATIENCE, "the old go", () -> before(logins.service(), moment) == 0);
      assertThat(before(logins.reader(), moment)).isEqualTo(TwoLogins.OWN);
      pools.manager().rotate();
      Await.until(PATIENCE, "the old of the lane go", () -> before(logins.reader(), moment) == 0);
      assertThat(load.failures()).isEmpty();
      assertThat(own.failures()).isEmpty();
    }
  }

  @Test
  void that_cannot_be_renewed_keeps_no_other_from_it() throws Exception {
    try (var pools = Pools.open(logins.settings(1))) {
      TwoLogins.await(pools, PoolState.HEALTHY);
      Await.until(PATIENCE, "one is kept", () -> logins.backends(logins.reader()) == 1);
      String moment = now();
      logins.service().changePassword("second");
      logins.reader().tell("wrong");
      assertThatThrownBy(() -> pools.manager().rotate())
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("check postgres.user and postgres.password")
          .satisfies(
              no ->
                  assertThat(no.getSuppressed()[0])
                      .hasMessageContaining("check lanes.models.user and lanes.models.password"));
      logins.service().tell("second");
      logins.reader().tell("first");
      assertThat(before(logins.reader(), moment)).as("stays").isOne();
      pools.manager().rotateIfNew();
      Await.until(PATIENCE, "the old go", () -> before(logins.service(), moment) == 0);
      assertThat(TwoLogins.who(pools, MODELS)).isEqualTo(logins.reader().name());
    }
  }

  @Test
  void comes_back_with_the_others_after_the_server_was_killed() throws Exception {
    try (var pools = Pools.open(logins.settings(2));
        var load = Load.begin(pools, 20, c -> Pools.run(c, "select pg_sleep(0.002)"));
        var own = Load.begin(pools, MODELS, 20, c -> Pools.run(c, "select pg_sleep(0.002)"))) {
      Await.until(PATIENCE, "both work", () -> load.done() > 100 && own.done() > 100);
      server.kill();
      server.restart();
      int before = load.done();
      int ownBefore = own.done();
      Await.until(
          PATIENCE,
          "both work again",
          () -> load.done() > before + 100 && own.done() > ownBefore + 100);
      FaultLog.note(
          "kill -9 of the server under two logins",
          "failed %d and %d, sockets at most %d",
          load.failures().size(),
          own.failures().size(),
          TwoLogins.MAX);
      assertThat(logins.backends()).isLessThanOrEqualTo(TwoLogins.MAX);
    }
  }

  @Test
  void asks_by_itself_what_became_of_a_commit_whose_client_is_gone() throws Exception {
    logins.service().sql("grant insert on ledger to " + logins.reader().name());
    try (var proxy = TcpProxy.toPostgres(server.host(), server.port())) {
      PostgresConfig through = logins.service().postgres().url(Pools.url(proxy, logins.database()));
      var attempts = new AtomicInteger();
      try (var pools = Pools.open(TwoLogins.settings(through, 0, models(logins.login())))) {
        pools
            .manager()
            .useTransaction(
                MODELS.resolvable(),
                c -> {
                  TwoLogins.write(c);
                  if (attempts.incrementAndGet() == 1) {
                    proxy.vanish(MessagePattern.commit());
                  }
                });
        assertThat(attempts).as("ended as its own login, and tried again").hasValue(2);
        int written = pools.manager().withSession(c -> Pools.one(c, "select count(*) from ledger"));
        assertThat(written).isOne();
      }
    }
  }

  @Test
  void has_sockets_of_its_own_to_a_pooler_too() throws Exception {
    try (var database = TestServers.postgres().freshDatabase()) {
      var same = new LaneLogin(database.user(), Secret.of(database.password()));
      ConnectionSettings plain = TwoLogins.settings(Pools.postgres(database), 0, models(same));
      try (var pools = Pools.open(Pools.throughPgBouncer(database, plain))) {
        assertThat(pools.manager().<String, SQLException>inTransaction(MODELS, TwoLogins::who))
            .isEqualTo(database.user());
        assertThat(pools.manager().snapshot().wear().opened()).isEqualTo(2);
      }
    }
  }
}
