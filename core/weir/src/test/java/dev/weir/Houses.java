package dev.weir;

import dev.weir.config.ConfigLoader;
import dev.weir.config.WeirConfig;
import dev.weir.testkit.ChildProgram;
import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Configurations on real servers, read from no file and no variable of this machine. */
final class Houses {

  private Houses() {}

  static ConfigLoader settings(TestDatabase database) {
    return ConfigLoader.empty()
        .set("postgres.url", database.jdbcUrl())
        .set("postgres.user", database.user())
        .set("postgres.password", database.password())
        .set("pool.min", "0")
        .set("pool.max", "4")
        .set("redis.timeout", "10s")
        .set("health.timeout", "9s")
        .set("shutdown.budget", "10s")
        .set("shutdown.hook", "false");
  }

  static WeirConfig config(TestDatabase database) {
    return settings(database).load();
  }

  static WeirConfig config(TestDatabase database, RedisServer redis) {
    return settings(database).set("redis.uri", redis.uri()).load();
  }

  /** A program in a JVM of its own, on this database. */
  static ChildProgram.Setup child(TestDatabase database, Class<?> main, Path directory) {
    return ChildProgram.Setup.of(main, directory)
        .variable("WEIR_POSTGRES_URL", database.jdbcUrl())
        .variable("WEIR_POSTGRES_USER", database.user())
        .variable("WEIR_POSTGRES_PASSWORD", database.password());
  }

  static int one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
