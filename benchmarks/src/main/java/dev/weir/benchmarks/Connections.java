package dev.weir.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.Profile;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.testkit.PostgresServer;
import java.time.Duration;
import javax.sql.DataSource;

/** The pools that are compared, of the same size on the same server. */
public final class Connections {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Where they all log in. */
  public static final String DATABASE = "postgres";

  private Connections() {}

  /** HikariCP as it is. */
  public static HikariDataSource hikari(PostgresServer server, int size) {
    HikariConfig config = sized(size);
    config.setJdbcUrl(server.jdbcUrl(DATABASE));
    config.setUsername(server.user());
    config.setPassword(server.password());
    return new HikariDataSource(config);
  }

  /** HikariCP as it is, on another source. */
  public static HikariDataSource hikari(DataSource source, int size) {
    HikariConfig config = sized(size);
    config.setDataSource(source);
    return new HikariDataSource(config);
  }

  /** HikariCP as it is, on a driver that does nothing. */
  public static HikariDataSource stub(int size) {
    return hikari(new StubDataSource(), size);
  }

  private static HikariConfig sized(int size) {
    var config = new HikariConfig();
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(PATIENCE.toMillis());
    return config;
  }

  /**
   * Weir with the same size. Its lane {@code admin} reserves nothing here, unlike by preset: all
   * permits are for the callers, as all connections of the rivals are.
   */
  public static WeirConfig weir(PostgresServer server, int size) {
    WeirConfig config = weir(size);
    return config.postgres(
        config
            .postgres()
            .url(server.jdbcUrl(DATABASE))
            .user(server.user())
            .password(Secret.of(server.password())));
  }

  /** The same without a server. */
  public static WeirConfig weir(int size) {
    return WeirConfig.defaults(Profile.PRODUCTION)
        .pool(new PoolConfig(size, size, PATIENCE))
        .lane("admin", LaneConfig.open());
  }
}
