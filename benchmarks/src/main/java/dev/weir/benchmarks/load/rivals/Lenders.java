package dev.weir.benchmarks.load.rivals;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.config.WeirConfig;
import dev.weir.pool.Access;
import dev.weir.testkit.PostgresServer;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Opens the rivals, all of the same size on the same server. Immutable.
 *
 * @param server where their connections go
 * @param connections how many each may have
 */
public record Lenders(PostgresServer server, int connections) {

  /** Weir's name in every table. */
  public static final String WEIR = "Weir";

  /** HikariCP's name in every table. */
  public static final String HIKARI = "HikariCP";

  /** The name of HikariCP with what one would put before it by hand. */
  public static final String SEMAPHORE = "HikariCP + fair Semaphore";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Weir's {@code dataSource()}, as a framework would use it. */
  public Lender weir() {
    Weir weir = Weir.start(Connections.weir(server, connections));
    return new Plain(
        WEIR,
        "dataSource(), pool.max=%d, pool.wait=60s, lanes.admin.reserved=0, so that every permit is for these threads"
            .formatted(connections),
        weir.connections().dataSource(),
        weir::close);
  }

  /** Weir's {@code withSession}, with an access and settings of the scenario's choice. */
  public Lender weir(String name, Access access, UnaryOperator<WeirConfig> settings) {
    WeirConfig config = settings.apply(Connections.weir(server, connections));
    return new WeirSessions(name, Weir.start(config), access);
  }

  /** HikariCP as it is, with a minute of patience. */
  public Lender hikari() {
    return hikari(HIKARI, PATIENCE);
  }

  /** HikariCP with a patience of the scenario's choice; 250 ms is the least it takes. */
  public Lender hikari(String name, Duration patience) {
    HikariDataSource hikari = Connections.hikari(server, connections);
    hikari.setConnectionTimeout(patience.toMillis());
    return new Plain(
        name,
        "maximumPoolSize=%d, connectionTimeout=%d ms".formatted(connections, patience.toMillis()),
        hikari,
        hikari::close);
  }

  /** HikariCP behind a fair semaphore, with a minute of patience. */
  public Lender semaphore() {
    return semaphore(SEMAPHORE, PATIENCE);
  }

  /** HikariCP behind a fair semaphore that gives up after a time of the scenario's choice. */
  public Lender semaphore(String name, Duration patience) {
    return new Guarded(name, hikari(), connections, patience);
  }

  /** Agroal, with or without the cache of connections in each thread that it has by default. */
  public Lender agroal(boolean cached) {
    var config = new AgroalDataSourceConfigurationSupplier();
    config.connectionPoolConfiguration(
        pool -> pool.initialSize(connections).minSize(connections).maxSize(connections));
    config.connectionPoolConfiguration(pool -> pool.acquisitionTimeout(PATIENCE));
    if (!cached) {
      config.connectionPoolConfiguration(pool -> pool.connectionCache(ConnectionCache.none()));
    }
    config.connectionPoolConfiguration(pool -> pool.connectionFactoryConfiguration(this::login));
    AgroalDataSource agroal = opened(config);
    return new Plain(
        cached ? "Agroal" : "Agroal, ConnectionCache.none()",
        "maxSize=%d, acquisitionTimeout=60s%s"
            .formatted(connections, cached ? "" : ", connectionCache=none()"),
        agroal,
        agroal::close);
  }

  private AgroalConnectionFactoryConfigurationSupplier login(
      AgroalConnectionFactoryConfigurationSupplier login) {
    return login
        .jdbcUrl(server.jdbcUrl(Connections.DATABASE))
        .principal(new NamePrincipal(server.user()))
        .credential(new SimplePassword(server.password()));
  }

  private static AgroalDataSource opened(AgroalDataSourceConfigurationSupplier config) {
    try {
      return AgroalDataSource.from(config);
    } catch (SQLException failure) {
      throw new IllegalStateException("Agroal did not start: " + failure.getMessage(), failure);
    }
  }
}
