package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.config.LaneConfig.Guards;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.TestServers;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.MessageType;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a lane's guards cost a transaction on a connection whose last lane had others. */
@RealServers
class GuardsAtBeginTest {

  private static final Access WATCHED = Access.readWrite().lane("watched");
  private static final String[] GUARDS = {
    "SET statement_timeout = 2150",
    "RESET lock_timeout",
    "RESET idle_in_transaction_session_timeout"
  };
  private static final String[] LOCAL = {"SET LOCAL statement_timeout = 2150"};

  private final TestDatabase database;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private TcpProxy proxy;
  private Pools pools;
  private UnifiedConnectionManager connections;
  private long before;

  GuardsAtBeginTest(TestDatabase database) {
    this.database = database;
    this.proxy = TcpProxy.toPostgres(database.server().host(), database.server().port());
    this.pools = open(Pools.settings(database, 1));
    this.connections = pools.manager();
  }

  /** Returns when both sockets stand: one is kept for the lane "admin". */
  private Pools open(ConnectionSettings usual) {
    proxy.count(
        MessagePattern.of(MessageType.QUERY, MessageType.EXECUTE)
            .where("noted", message -> said.add(message.text())));
    var lanes = new HashMap<>(usual.lanes());
    lanes.put(
        "watched",
        LaneConfig.open().guards(Guards.none().statementTimeout(Duration.ofMillis(2_150))));
    String url =
        "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), database.name());
    Pools open =
        Pools.open(
            new ConnectionSettings(
                usual.postgres().url(url), usual.pool(), lanes, usual.redis(), null));
    open.manager().useSession(_ -> {});
    return open;
  }

  @BeforeEach
  void forget() {
    said.clear();
    before = proxy.roundTrips();
  }

  @AfterEach
  void close() {
    pools.close();
    proxy.close();
  }

  private void one(Access access) throws SQLException {
    int one = connections.inTransaction(access, c -> Pools.one(c, "select 1"));
    assertThat(one).isOne();
  }

  private void assertSaid(long roundTrips, String[] first, String... then) {
    List<String> all = new ArrayList<>(List.of("BEGIN"));
    all.addAll(List.of(first));
    all.addAll(List.of(then));
    // A socket that was idle for long is asked first, by an empty statement, whether it lives.
    long asked = said.stream().filter(String::isEmpty).count();
    assertThat(said.stream().filter(text -> !text.isEmpty())).containsExactlyElementsOf(all);
    assertThat(proxy.roundTrips() - before - asked).isEqualTo(roundTrips);
    forget();
  }

  @Test
  void is_one_round_trip_with_begin_and_none_the_next_time() throws SQLException {
    one(WATCHED);
    assertSaid(3, GUARDS, "select 1", "COMMIT");
    one(WATCHED);
    assertSaid(2, new String[0], "select 1", "COMMIT");
  }

  @Test
  void is_none_more_where_the_transaction_has_something_to_say_anyway() throws SQLException {
    one(WATCHED.serializable());
    assertSaid(3, GUARDS, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "select 1", "COMMIT");
  }

  @Test
  void is_said_again_when_it_was_rolled_back_with_its_transaction() throws SQLException {
    assertThatThrownBy(
            () ->
                connections.useTransaction(
                    WATCHED,
                    _ -> {
                      throw new IOException("mine");
                    }))
        .isInstanceOf(IOException.class);
    assertSaid(2, GUARDS, "ROLLBACK");
    one(WATCHED);
    assertSaid(3, GUARDS, "select 1", "COMMIT");
  }

  @Test
  void is_said_for_each_transaction_alone_behind_a_pooler() throws SQLException {
    pools.close();
    ConnectionSettings pooled = Pools.throughPgBouncer(database, Pools.settings(database, 1));
    proxy.close();
    var pooler = TestServers.pgBouncer();
    proxy = TcpProxy.toPostgres(pooler.host(), pooler.port());
    pools = open(pooled);
    connections = pools.manager();
    forget();
    for (int i = 0; i < 2; i++) {
      one(WATCHED.serializable());
      assertSaid(3, LOCAL, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "select 1", "COMMIT");
    }
    one(Access.readWrite());
    assertSaid(2, new String[0], "select 1", "COMMIT");
  }
}
