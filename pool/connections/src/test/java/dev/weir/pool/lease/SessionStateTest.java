package dev.weir.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.PoolListener;
import dev.weir.pool.Pools;
import dev.weir.pool.VoidWork;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.MessageType;
import dev.weir.testkit.wire.ProxyRule;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What a borrower left in the session of the server is gone for the next, and named. */
@RealServers
@Tag("faults")
class SessionStateTest {

  private static final String LANE = "interactive";

  private final List<String> left = new CopyOnWriteArrayList<>();
  private TcpProxy proxy;
  private Pools pools;

  @BeforeEach
  void open(TestDatabase database) {
    proxy = TcpProxy.toPostgres(database.server().host(), database.server().port());
    var listener =
        new PoolListener() {
          @Override
          public void leftBehind(String lane, String what) {
            left.add(lane + ": " + what);
          }
        };
    // One connection for all, and one for the lane that reserves it.
    pools = Pools.open(Pools.through(proxy, database, 1), listener);
  }

  @AfterEach
  void close() {
    pools.close();
    proxy.close();
  }

  private void use(VoidWork<SQLException> work) throws SQLException {
    pools.manager().useSession(work);
  }

  private static String show(Connection connection, String sql) throws SQLException {
    try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static int pid(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID();
  }

  private void assertLeaves(String kind, VoidWork<SQLException> work) throws SQLException {
    int[] backend = new int[1];
    use(c -> backend[0] = pid(c));
    left.clear();
    use(work);
    assertThat(left).containsExactly(LANE + ": " + kind);
    use(c -> assertThat(pid(c)).isEqualTo(backend[0]));
  }

  @Test
  void a_setting() throws SQLException {
    String[] before = new String[3];
    String what = "select current_setting('work_mem') || current_setting('timezone')";
    use(c -> before[0] = show(c, what));
    use(c -> before[1] = show(c, "show application_name"));
    assertLeaves(
        "settings", c -> Pools.run(c, "set work_mem = '123kB'; set timezone = 'Asia/Tokyo'"));
    assertLeaves("settings", c -> show(c, "select set_config('app.tenant', 'a', false)"));
    assertLeaves("settings", c -> Pools.run(c, "set application_name = 'mine'"));
    use(c -> assertThat(show(c, what)).isEqualTo(before[0]));
    use(c -> assertThat(show(c, "show application_name")).isEqualTo(before[1]));
    use(c -> assertThat(show(c, "select current_setting('app.tenant', true)")).isNullOrEmpty());
  }

  @Test
  void an_advisory_lock() throws SQLException {
    assertLeaves("advisory locks", c -> Pools.run(c, "select pg_advisory_lock(42)"));
    use(
        c ->
            assertThat(Pools.one(c, "select count(*) from pg_locks where locktype = 'advisory'"))
                .isZero());
  }

  @Test
  void a_channel() throws SQLException {
    assertLeaves("LISTEN", c -> Pools.run(c, "listen gossip"));
    use(c -> assertThat(Pools.one(c, "select count(*) from pg_listening_channels()")).isZero());
  }

  @Test
  void a_temporary_table() throws SQLException {
    assertLeaves("temporary tables", c -> Pools.run(c, "create temp table mine (a int)"));
    use(c -> assertThat(show(c, "select to_regclass('mine')")).isNull());
  }

  @Test
  void a_role() throws SQLException {
    use(
        c ->
            Pools.run(c, "do $$ begin create role nobody_left; exception when others then end $$"));
    assertLeaves("another role", c -> Pools.run(c, "set role nobody_left"));
    use(c -> assertThat(show(c, "select current_user = session_user")).isEqualTo("t"));
  }

  @Test
  void a_cursor_and_a_prepared_statement() throws SQLException {
    assertLeaves("cursors", c -> Pools.run(c, "declare left_open cursor with hold for select 1"));
    use(
        c ->
            assertThat(Pools.one(c, "select count(*) from pg_cursors where is_holdable")).isZero());
    assertLeaves("prepared statements", c -> Pools.run(c, "prepare by_hand as select 1"));
    use(
        c ->
            assertThat(
                    Pools.one(
                        c, "select count(*) from pg_prepared_statements where name = 'by_hand'"))
                .isZero());
  }

  @Test
  void an_open_transaction() throws SQLException {
    assertLeaves("an open transaction", c -> Pools.run(c, "begin"));
  }

  @Test
  void what_cannot_be_reset_costs_the_connection_and_not_the_next_borrower() throws SQLException {
    int[] backend = new int[1];
    use(
        c -> {
          backend[0] = pid(c);
          Pools.run(c, "prepare \"By Hand\" as select 1");
        });
    use(c -> assertThat(pid(c)).isNotEqualTo(backend[0]));
  }

  @Test
  void a_reset_is_one_round_trip_and_a_clean_return_none() throws SQLException {
    use(c -> Pools.one(c, "select 1"));
    long before = proxy.roundTrips();
    use(c -> Pools.one(c, "select 1"));
    assertThat(proxy.roundTrips() - before).isOne();
    before = proxy.roundTrips();
    use(
        c ->
            Pools.run(
                c,
                "set work_mem = '123kB'; listen a; select pg_advisory_lock(1);"
                    + " create temp table t (a int)"));
    assertThat(proxy.roundTrips() - before).isEqualTo(2);
  }

  @Test
  void prepared_statements_of_the_driver_survive_a_reset() throws SQLException {
    ProxyRule parsed = proxy.count(MessagePattern.of(MessageType.PARSE).text("select 4711"));
    for (int i = 0; i < 12; i++) {
      use(
          c -> {
            try (PreparedStatement often = c.prepareStatement("select 4711")) {
              often.executeQuery().close();
            }
          });
    }
    int before = (int) parsed.times();
    // The driver itself forgets them after DDL, so there is none here.
    use(c -> Pools.run(c, "set work_mem = '123kB'; listen a; select pg_advisory_lock(1)"));
    use(
        c -> {
          try (PreparedStatement often = c.prepareStatement("select 4711")) {
            often.executeQuery().close();
          }
        });
    assertThat(parsed.times()).isEqualTo(before);
  }
}
