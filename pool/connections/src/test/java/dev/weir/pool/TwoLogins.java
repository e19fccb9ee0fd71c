package dev.weir.pool;

import dev.weir.config.LaneConfig;
import dev.weir.config.LaneLogin;
import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A database with a ledger and two logins: {@code service} for all, which may write, and {@code
 * reader} for the lane {@code models}, which may not. Of {@link #MAX} sockets {@link #OWN} are the
 * reader's.
 */
final class TwoLogins {

  static final Duration PATIENCE = Duration.ofSeconds(30);
  static final int MAX = 6;
  static final int OWN = 2;

  /** What callers who name no lane may have: one is kept for the lane admin. */
  static final int PERMITS = MAX - OWN - 1;

  static final Access MODELS = Access.readWrite().lane("models");

  private final TestDatabase database;
  private final OwnRole service;
  private final OwnRole reader;

  TwoLogins(PostgresServer server, String suffix) throws SQLException {
    database = server.freshDatabase();
    service = OwnRole.create(database, "service" + suffix);
    reader = OwnRole.create(database, "reader" + suffix);
    service.sql("create table ledger (amount int)");
    service.sql("grant select, insert on ledger to " + service.name());
    service.sql("grant select on ledger to " + reader.name());
  }

  TestDatabase database() {
    return database;
  }

  OwnRole service() {
    return service;
  }

  OwnRole reader() {
    return reader;
  }

  /** As its own callback says. */
  LaneLogin login() {
    return new LaneLogin(reader.name(), reader.postgres().password());
  }

  static LaneLogin login(OwnRole role, String password) {
    return new LaneLogin(role.name(), Secret.of(password));
  }

  ConnectionSettings settings(int min) {
    return settings(min, Map.of("models", LaneConfig.open().limit(OWN).login(login())));
  }

  ConnectionSettings settings(int min, Map<String, LaneConfig> more) {
    return settings(service.postgres(), min, more);
  }

  static ConnectionSettings settings(
      PostgresConfig postgres, int min, Map<String, LaneConfig> more) {
    var lanes = new HashMap<>(Pools.LANES);
    lanes.putAll(more);
    return new ConnectionSettings(
        postgres, new PoolConfig(min, MAX, PATIENCE), lanes, RedisConfig.defaults(), null);
  }

  /** Server processes of that login. */
  int backends(OwnRole role) {
    return backends("usename = '%s'".formatted(role.name()));
  }

  /** Server processes of both. */
  int backends() {
    return backends("usename in ('%s', '%s')".formatted(service.name(), reader.name()));
  }

  int backends(String which) {
    try (Connection admin = database.dataSource().getConnection()) {
      return Pools.one(admin, "select count(*) from pg_stat_activity where " + which);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Ends the server's processes of that login, as an operator might. */
  void end(OwnRole role) throws SQLException {
    service.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = '%s'"
            .formatted(role.name()));
  }

  static void await(Pools pools, PoolState state) {
    Await.until(
        PATIENCE,
        () -> state + ", but " + pools.manager().snapshot().line(),
        () -> pools.manager().snapshot().state() == state);
  }

  static String who(Connection connection) throws SQLException {
    try (var ask = connection.createStatement();
        ResultSet row = ask.executeQuery("select session_user")) {
      row.next();
      return row.getString(1);
    }
  }

  static String who(Pools pools, Access access) throws SQLException {
    return pools.manager().withSession(access, TwoLogins::who);
  }

  static void write(Connection connection) throws SQLException {
    Pools.run(connection, "insert into ledger values (1)");
  }
}
