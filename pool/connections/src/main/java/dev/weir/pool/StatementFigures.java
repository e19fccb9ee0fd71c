package dev.weir.pool;

import dev.weir.config.PostgresConfig;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.util.PSQLException;

/**
 * How well the driver's statement cache serves a node. Immutable.
 *
 * <p>The driver has the server keep a statement once it has been executed {@code prepareThreshold}
 * times on one socket; from then on it is neither sent nor parsed again. Seen are the single
 * executions ({@code execute}, {@code executeQuery}, {@code executeUpdate}, {@code
 * executeLargeUpdate}) of prepared and callable statements in those borrows that are timed, one in
 * 64, chosen uniformly. Batches are not: the driver prepares each of more than one row.
 *
 * @param sampled executions seen
 * @param serverPrepared those of them that ran as statements kept by the server
 * @param cache the driver's settings; null if the connections are somebody else's
 */
public record StatementFigures(long sampled, long serverPrepared, @Nullable Cache cache) {

  private static final String FOREIGN = "the cache is the given data source's";

  /**
   * The settings of the driver's statement cache, as the URL has them or else by default. Each
   * socket has a cache of its own.
   *
   * @param prepareThreshold executions of a statement from which the server keeps it; 0 for never
   * @param queries the most statements kept ({@code preparedStatementCacheQueries})
   * @param mebibytes the most text kept ({@code preparedStatementCacheSizeMiB})
   */
  public record Cache(int prepareThreshold, int queries, int mebibytes) {

    /** What the driver makes of a URL; null if it cannot read it. */
    static @Nullable Cache of(PostgresConfig postgres) {
      String url = postgres.urlWithoutSecrets();
      Properties known = url == null ? null : Driver.parseURL(url, new Properties());
      if (known != null && postgres.pooler() == PostgresConfig.Pooler.TRANSACTION) {
        PGProperty.PREPARE_THRESHOLD.set(known, 0);
      }
      try {
        return known == null ? null : of(known);
      } catch (PSQLException notANumber) {
        return null;
      }
    }

    private static Cache of(Properties known) throws PSQLException {
      String mode = PGProperty.PREFER_QUERY_MODE.getOrDefault(known);
      boolean simple = PreferQueryMode.of(Objects.requireNonNull(mode)) == PreferQueryMode.SIMPLE;
      return new Cache(
          simple ? 0 : Math.max(0, PGProperty.PREPARE_THRESHOLD.getInt(known)),
          PGProperty.PREPARED_STATEMENT_CACHE_QUERIES.getInt(known),
          PGProperty.PREPARED_STATEMENT_CACHE_SIZE_MIB.getInt(known));
    }
  }

  /** One line for people. */
  public String line() {
    String share =
        sampled == 0
            ? "none seen yet"
            : "%d of %d sampled executions (%d %%)"
                .formatted(serverPrepared, sampled, 100 * serverPrepared / sampled);
    return "server-prepared: " + share + "; " + (cache == null ? FOREIGN : settings(cache));
  }

  private static String settings(Cache cache) {
    return "prepareThreshold %d, %d statements or %d MiB a socket"
        .formatted(cache.prepareThreshold, cache.queries, cache.mebibytes);
  }
}
