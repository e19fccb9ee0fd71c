package dev.weir.pool;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** A login that is no superuser, whose password a test may change, as the service's file might. */
final class OwnRole {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestDatabase database;
  private final String name;
  private final AtomicReference<String> known = new AtomicReference<>("first");

  private OwnRole(TestDatabase database, String name) {
    this.database = database;
    this.name = name;
  }

  static OwnRole create(TestDatabase database, String name) throws SQLException {
    var role = new OwnRole(database, name);
    role.sql("create role " + name + " login password 'first'");
    return role;
  }

  void sql(String sql) throws SQLException {
    try (Connection admin = database.dataSource().getConnection()) {
      Pools.run(admin, sql);
    }
  }

  /** On the server alone. */
  void changePassword(String password) throws SQLException {
    sql("alter role %s password '%s'".formatted(name, password));
  }

  /** What the service's callback says. */
  void tell(String password) {
    known.set(password);
  }

  String name() {
    return name;
  }

  PostgresConfig postgres() {
    return PostgresConfig.defaults()
        .url(database.jdbcUrl())
        .user(name)
        .password(Secret.from(known::get));
  }

  ConnectionSettings settings(int min, int max) {
    return settings(postgres(), min, max);
  }

  static ConnectionSettings settings(PostgresConfig postgres, int min, int max) {
    return new ConnectionSettings(
        postgres, new PoolConfig(min, max, PATIENCE), Pools.LANES, RedisConfig.defaults(), null);
  }
}
