package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.MessageType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What a transaction of one statement says to the server, and how often it waits for it. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class RoundTripTest {

  private static final String IDENTIFY =
      "SELECT pg_current_xact_id()::text, pg_backend_pid(),"
          + " (SELECT coalesce(extract(epoch FROM stats_reset)::text, '') FROM pg_stat_bgwriter)";

  private final List<String> said = new CopyOnWriteArrayList<>();
  private TcpProxy proxy;
  private long roundTripsBefore;
  private Pools pools;
  private UnifiedConnectionManager connections;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    proxy = TcpProxy.toPostgres(database.server().host(), database.server().port());
    proxy.count(
        MessagePattern.of(MessageType.QUERY, MessageType.EXECUTE)
            .where("noted", message -> said.add(message.text())));
    pools = Pools.open(Pools.through(proxy, database, 1));
    connections = pools.manager();
    one(Access.readWrite());
    one(Access.readOnly());
  }

  @AfterAll
  void close() {
    pools.close();
    proxy.close();
  }

  @BeforeEach
  void forget() {
    // A socket that was idle for long is asked for life first, by an empty statement.
    connections.useSession(_ -> {});
    said.clear();
    roundTripsBefore = proxy.roundTrips();
  }

  private void one(Access access) throws SQLException {
    int one = connections.inTransaction(access, c -> Pools.one(c, "select 1"));
    assertThat(one).isOne();
  }

  private void assertSaid(int roundTrips, String... statements) {
    assertThat(said).containsExactly(statements);
    assertThat(proxy.roundTrips() - roundTripsBefore).isEqualTo(roundTrips);
  }

  @Test
  void a_transaction_has_as_many_as_one_written_by_hand() throws SQLException {
    try (Connection c = connections.dataSource().getConnection()) {
      c.setAutoCommit(false);
      Pools.one(c, "select 1");
      c.commit();
    }
    assertSaid(2, "BEGIN", "select 1", "COMMIT");
    forget();
    one(Access.readWrite());
    assertSaid(2, "BEGIN", "select 1", "COMMIT");
  }

  @Test
  void to_read_only_costs_none() throws SQLException {
    one(Access.readOnly());
    assertSaid(2, "BEGIN READ ONLY", "select 1", "COMMIT");
  }

  @Test
  void an_isolation_costs_one() throws SQLException {
    one(Access.readWrite().serializable());
    assertSaid(3, "BEGIN", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "select 1", "COMMIT");
  }

  @Test
  void to_be_resolvable_costs_one_and_with_an_isolation_none_more() throws SQLException {
    one(Access.readWrite().resolvable());
    assertSaid(3, "BEGIN", IDENTIFY, "select 1", "COMMIT");
    forget();
    one(Access.readWrite().resolvable().repeatableRead());
    assertSaid(
        3,
        "BEGIN",
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        IDENTIFY,
        "select 1",
        "COMMIT");
  }

  @Test
  void one_without_a_statement_has_none() {
    connections.useTransaction(_ -> {});
    assertSaid(0);
  }

  @Test
  void one_that_is_only_read_and_resolvable_has_no_more_than_usual() throws SQLException {
    one(Access.readOnly().resolvable());
    assertSaid(2, "BEGIN READ ONLY", "select 1", "COMMIT");
  }

  @Test
  void a_joined_one_has_none_of_its_own_and_a_savepoint_two() throws SQLException {
    connections.useTransaction(c -> one(Access.readWrite()));
    assertSaid(2, "BEGIN", "select 1", "COMMIT");
    forget();
    connections.useTransaction(
        c -> {
          Pools.one(c, "select 1");
          one(Access.readWrite().nesting(Access.Nesting.SAVEPOINT));
        });
    assertSaid(
        5,
        "BEGIN",
        "select 1",
        "SAVEPOINT JDBC_SAVEPOINT_0",
        "select 1",
        "RELEASE SAVEPOINT JDBC_SAVEPOINT_0",
        "COMMIT");
  }

  @Test
  void a_failed_one_is_rolled_back_in_one() {
    try {
      connections.useTransaction(c -> Pools.run(c, "select 1/0"));
    } catch (SQLException expected) {
      assertThat(expected.getSQLState()).isEqualTo("22012");
    }
    assertSaid(2, "BEGIN", "select 1/0", "ROLLBACK");
  }
}
