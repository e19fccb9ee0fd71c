package dev.weir.benchmarks.load.rivals;

import com.vladmihalcea.flexypool.FlexyPoolDataSource;
import com.vladmihalcea.flexypool.adaptor.HikariCPPoolAdapter;
import com.vladmihalcea.flexypool.config.FlexyPoolConfiguration;
import com.vladmihalcea.flexypool.strategy.IncrementPoolOnTimeoutConnectionAcquisitionStrategy;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.config.PoolConfig;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Pools that may grow, all between the same bounds, to one server by one way. Immutable.
 *
 * @param url where they log in
 * @param user as whom
 * @param password of that user
 * @param min connections that are kept
 * @param max connections that there may be
 */
public record Spiked(String url, String user, String password, int min, int max) {

  /** Agroal's name in every table. */
  public static final String AGROAL = "Agroal, ConnectionCache.none()";

  /** FlexyPool's name in every table. */
  public static final String FLEXY = "FlexyPool on HikariCP";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The least that HikariCP takes; FlexyPool adds a connection each time it is over. */
  private static final Duration LEAST_PATIENCE = Duration.ofMillis(250);

  /** Opens the rival of this name. */
  public Lender open(String rival) throws SQLException {
    return switch (rival) {
      case Lenders.WEIR -> weir();
      case Lenders.HIKARI -> hikari();
      case AGROAL -> agroal();
      case FLEXY -> flexy();
      default -> throw new IllegalArgumentException("no rival " + rival);
    };
  }

  private Lender weir() {
    WeirConfig usual = Connections.weir(max);
    WeirConfig config =
        usual
            .pool(new PoolConfig(min, max, PATIENCE))
            .postgres(usual.postgres().url(url).user(user).password(Secret.of(password)));
    Weir weir = Weir.start(config);
    return new Plain(Lenders.WEIR, bounds(), weir.connections().dataSource(), weir::close);
  }

  private Lender hikari() {
    HikariDataSource hikari = hikari(max, PATIENCE);
    return new Plain(Lenders.HIKARI, bounds(), hikari, hikari::close);
  }

  private HikariDataSource hikari(int most, Duration patience) {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMinimumIdle(min);
    config.setMaximumPoolSize(most);
    config.setConnectionTimeout(patience.toMillis());
    return new HikariDataSource(config);
  }

  // Its factories come as a variable number of a generic type.
  @SuppressWarnings("unchecked")
  private Lender flexy() {
    HikariDataSource hikari = hikari(min, LEAST_PATIENCE);
    FlexyPoolConfiguration<HikariDataSource> config =
        new FlexyPoolConfiguration.Builder<>(FLEXY, hikari, HikariCPPoolAdapter.FACTORY)
            .setJmxEnabled(false)
            .build();
    var flexy =
        new FlexyPoolDataSource<>(
            config,
            new IncrementPoolOnTimeoutConnectionAcquisitionStrategy.Factory<HikariDataSource>(max));
    return new Plain(
        FLEXY,
        "a HikariCP of %d connections, one more after each timeout of %s, up to %d"
            .formatted(min, LEAST_PATIENCE, max),
        flexy,
        () -> close(flexy));
  }

  private static void close(FlexyPoolDataSource<HikariDataSource> flexy) {
    try {
      flexy.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Lender agroal() throws SQLException {
    var config = new AgroalDataSourceConfigurationSupplier();
    config.connectionPoolConfiguration(
        pool ->
            pool.initialSize(min)
                .minSize(min)
                .maxSize(max)
                .acquisitionTimeout(PATIENCE)
                .connectionCache(ConnectionCache.none())
                .connectionFactoryConfiguration(
                    login ->
                        login
                            .jdbcUrl(url)
                            .principal(new NamePrincipal(user))
                            .credential(new SimplePassword(password))));
    AgroalDataSource agroal = AgroalDataSource.from(config);
    return new Plain(AGROAL, bounds(), agroal, agroal::close);
  }

  private String bounds() {
    return "%d to %d connections, %s of patience".formatted(min, max, PATIENCE);
  }
}
