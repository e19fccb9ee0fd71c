package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.config.PostgresConfig;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@RealServers
class StatementFiguresTest {

  /** One in 64 is timed: that none of so many is happens once in 10^13 runs. */
  private static final int BORROWS = 2_000;

  private static final int SINGLE = 10;
  private static final String SQL = "select ? + 7";

  private static Pools pools(TestDatabase database, String parameters) {
    String url = database.jdbcUrl();
    ConnectionSettings settings = Pools.settings(database, 1);
    return Pools.open(
        new ConnectionSettings(
            settings.postgres().url(url + (url.contains("?") ? "&" : "?") + parameters),
            settings.pool(),
            settings.lanes(),
            settings.redis(),
            null));
  }

  /** What one borrow in 64 adds, until it has. */
  private static StatementFigures seen(Pools pools, VoidWork<SQLException> work)
      throws SQLException {
    for (int i = 0; i < BORROWS && pools.manager().snapshot().statements().sampled() == 0; i++) {
      pools.manager().useSession(work);
    }
    return pools.manager().snapshot().statements();
  }

  private static void query(PreparedStatement statement) throws SQLException {
    statement.setInt(1, 1);
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
    }
  }

  private static void repeated(Connection connection) throws SQLException {
    Pools.run(connection, "deallocate all");
    for (int i = 0; i < SINGLE; i++) {
      try (PreparedStatement statement = connection.prepareStatement(SQL)) {
        query(statement);
      }
    }
  }

  /** What the server says of the statement on its one socket: how often it was run. */
  private static int ofTheServer(Pools pools) throws SQLException {
    return pools
        .manager()
        .withSession(
            c ->
                Pools.one(
                    c,
                    "select coalesce(sum(generic_plans + custom_plans), 0)"
                        + " from pg_prepared_statements where statement like 'select $1 + 7'"));
  }

  @Nested
  class The_share_of_server_prepared_executions {

    @Test
    void is_what_the_server_counts(TestDatabase database) throws SQLException {
      try (var pools = pools(database, "prepareThreshold=5")) {
        StatementFigures seen =
            seen(
                pools,
                c -> {
                  try (PreparedStatement statement = c.prepareStatement(SQL)) {
                    for (int i = 0; i < SINGLE; i++) {
                      query(statement);
                    }
                  }
                });
        int server = ofTheServer(pools);
        assertThat(seen.sampled()).isEqualTo(SINGLE);
        // On the one socket the first four are missing, in both counts if they are the sampled
        // ones.
        assertThat(server).isPositive();
        assertThat(seen.serverPrepared()).isEqualTo(Math.min(SINGLE, server));
      }
    }

    @Test
    void counts_a_statement_from_its_threshold_on(TestDatabase database) throws SQLException {
      try (var pools = pools(database, "prepareThreshold=3&preparedStatementCacheQueries=0")) {
        StatementFigures seen =
            seen(
                pools,
                c -> {
                  try (PreparedStatement statement = c.prepareStatement(SQL)) {
                    for (int i = 0; i < SINGLE; i++) {
                      query(statement);
                    }
                    assertThat(
                            Pools.one(
                                c,
                                "select sum(generic_plans + custom_plans)"
                                    + " from pg_prepared_statements"))
                        .isEqualTo(SINGLE - 2);
                  }
                });
        assertThat(seen.sampled()).isEqualTo(SINGLE);
        assertThat(seen.serverPrepared()).isEqualTo(SINGLE - 2);
      }
    }

    @Test
    void is_nothing_where_the_driver_prepares_nothing(TestDatabase database) throws SQLException {
      for (String off : List.of("prepareThreshold=0", "preferQueryMode=simple")) {
        try (var pools = pools(database, off)) {
          StatementFigures seen = seen(pools, StatementFiguresTest::repeated);
          assertThat(seen.sampled()).isEqualTo(SINGLE);
          assertThat(seen.serverPrepared()).as(off).isZero();
          assertThat(ofTheServer(pools)).isZero();
        }
      }
    }

    @Test
    void is_sampled_and_not_counted(TestDatabase database) throws SQLException {
      try (var pools = pools(database, "prepareThreshold=1")) {
        for (int i = 0; i < BORROWS; i++) {
          pools
              .manager()
              .useSession(
                  c -> {
                    try (PreparedStatement statement = c.prepareStatement(SQL)) {
                      query(statement);
                    }
                  });
        }
        StatementFigures seen = pools.manager().snapshot().statements();
        assertThat(seen.sampled()).isBetween(1L, BORROWS / 16L);
        assertThat(seen.serverPrepared()).isEqualTo(seen.sampled());
        assertThat(ofTheServer(pools)).isEqualTo(BORROWS);
      }
    }

    @Test
    void does_not_see_a_statement_that_is_used_after_its_borrow(TestDatabase database)
        throws SQLException {
      try (var pools = pools(database, "prepareThreshold=1")) {
        for (int i = 0; i < BORROWS; i++) {
          PreparedStatement kept = pools.manager().withSession(c -> c.prepareStatement(SQL));
          try {
            kept.executeQuery();
          } catch (SQLException closed) {
            assertThat(closed.getSQLState()).isEqualTo("08003");
          }
        }
        assertThat(pools.manager().snapshot().statements().sampled()).isZero();
      }
    }

    @Test
    void is_seen_through_a_pool_that_the_service_brought(TestDatabase database)
        throws SQLException {
      try (var hikari = new HikariDataSource()) {
        hikari.setJdbcUrl(database.jdbcUrl());
        hikari.setUsername(database.user());
        hikari.setPassword(database.password());
        try (var pools = Pools.open(Pools.settings(database, 1).override(hikari))) {
          StatementFigures seen = seen(pools, StatementFiguresTest::repeated);
          assertThat(seen.sampled()).isEqualTo(SINGLE);
          assertThat(seen.cache()).isNull();
          assertThat(seen.line()).contains("the given data source");
        }
      }
    }
  }

  @Nested
  class The_settings_of_the_cache {

    private StatementFigures.@Nullable Cache of(String url) {
      return StatementFigures.Cache.of(PostgresConfig.defaults().url(url));
    }

    @Test
    void are_the_drivers_own_unless_the_url_says_otherwise() {
      assertThat(of("jdbc:postgresql://db/orders"))
          .isEqualTo(new StatementFigures.Cache(5, 256, 5));
      assertThat(
              of(
                  "jdbc:postgresql://db/orders?prepareThreshold=2&preparedStatementCacheQueries=9"
                      + "&preparedStatementCacheSizeMiB=1"))
          .isEqualTo(new StatementFigures.Cache(2, 9, 1));
    }

    @Test
    void say_that_nothing_is_prepared_where_the_protocol_cannot() {
      assertThat(of("jdbc:postgresql://db/orders?preferQueryMode=simple"))
          .isEqualTo(new StatementFigures.Cache(0, 256, 5));
    }
  }

  @Test
  void are_one_line_for_people() {
    assertThat(new StatementFigures(200, 190, new StatementFigures.Cache(5, 256, 5)).line())
        .isEqualTo(
            "server-prepared: 190 of 200 sampled executions (95 %);"
                + " prepareThreshold 5, 256 statements or 5 MiB a socket");
    assertThat(new StatementFigures(0, 0, null).line()).contains("none seen yet");
  }
}
