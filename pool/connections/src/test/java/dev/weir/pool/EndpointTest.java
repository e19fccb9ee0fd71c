package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** One endpoint that writes in three ways: a lambda, an injected data source, @Transactional. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class EndpointTest {

  private static final int CALLS = Integer.getInteger("weir.calls", 10_000);
  private static final int THREADS = 12;

  private final Set<Integer> committed = ConcurrentHashMap.newKeySet();
  private TestDatabase database;
  private Pools pools;
  private UnifiedConnectionManager connections;
  private SpringBeans beans;
  private JdbcClient injected;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    this.database = database;
    var source = new AtomicReference<DataSource>();
    pools = Pools.open(Pools.settings(database, 4).ambient(new SpringTransactions(source::get)));
    connections = pools.manager();
    source.set(connections.joiningDataSource());
    beans = new SpringBeans(connections.joiningDataSource());
    injected = JdbcClient.create(connections.joiningDataSource());
    connections.useSession(
        c ->
            Pools.run(
                c,
                "create table item (id int, way int, xid xid8 not null default pg_current_xact_id(),"
                    + " primary key (id, way))"));
  }

  @AfterAll
  void close() {
    beans.close();
    pools.close();
  }

  /** One way to write; the number says which. */
  private void write(int way, int id) throws Exception {
    switch (way) {
      case 1 -> connections.useTransaction(c -> insert(c, id, 1));
      case 2 -> injected.sql("insert into item values (?, 2)").params(id).update();
      default ->
          beans
              .service()
              .required(() -> injected.sql("insert into item values (?, 3)").params(id).update());
    }
  }

  private static void insert(Connection c, int id, int way) throws SQLException {
    try (var statement = c.prepareStatement("insert into item values (?, ?)")) {
      statement.setInt(1, id);
      statement.setInt(2, way);
      statement.executeUpdate();
    }
  }

  /** What goes wrong in a call. */
  private enum Mishap {
    NONE,
    THROWN_BEFORE,
    THROWN_AFTER,
    THROWN_IN_A_LAMBDA,
    SWALLOWED_IN_SPRING,
    ROLLBACK_ONLY,
    ROLLBACK_BY_JDBC,
    DOUBLE_KEY,
    DEADLINE,
    INTERRUPT
  }

  private void call(int id, Random chance) {
    List<Integer> ways = new ArrayList<>(List.of(1, 2, 3));
    Collections.shuffle(ways, chance);
    // As many good calls as bad ones.
    Mishap mishap =
        chance.nextBoolean()
            ? Mishap.NONE
            : Mishap.values()[chance.nextInt(Mishap.values().length)];
    int at = chance.nextInt(3);
    Access access =
        mishap == Mishap.DEADLINE
            ? Access.readWrite().deadline(Duration.ofMillis(15))
            : Access.readWrite();
    try {
      boolean kept =
          connections.inRequest(
              access,
              () -> {
                boolean keeps = true;
                for (int i = 0; i < 3; i++) {
                  keeps &= i != at || mishap == Mishap.NONE || happens(mishap, id, ways.get(i));
                  write(ways.get(i), id);
                }
                if (mishap == Mishap.THROWN_AFTER) {
                  throw new IOException("after");
                }
                return keeps;
              });
      if (kept) {
        committed.add(id);
      }
    } catch (Exception expected) {
      assertThat(mishap).as("%s", expected).isNotEqualTo(Mishap.NONE);
    }
    Thread.interrupted();
    assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
  }

  /** Whether what is written will stay all the same. */
  private boolean happens(Mishap mishap, int id, int way) throws Exception {
    switch (mishap) {
      case THROWN_BEFORE -> throw new IOException("before");
      case THROWN_IN_A_LAMBDA ->
          connections.useTransaction(
              c -> {
                insert(c, id, 9);
                throw new IOException("in");
              });
      case SWALLOWED_IN_SPRING -> swallowed(id);
      case ROLLBACK_ONLY -> connections.useTransaction(_ -> connections.current().rollbackOnly());
      case ROLLBACK_BY_JDBC -> {
        try (Connection c = connections.joiningDataSource().getConnection()) {
          c.rollback();
        }
      }
      case DOUBLE_KEY -> write(way, id);
      case DEADLINE -> connections.useSession(c -> Pools.run(c, "select pg_sleep(5)"));
      case INTERRUPT -> Thread.currentThread().interrupt();
      case NONE, THROWN_AFTER -> {
        return true;
      }
    }
    return false;
  }

  private void swallowed(int id) throws Exception {
    @Nullable Exception seen = null;
    try {
      beans
          .service()
          .required(
              () -> {
                connections.useSession(c -> insert(c, id, 8));
                throw new IOException("swallowed");
              });
    } catch (IOException swallowed) {
      seen = swallowed;
    }
    assertThat(seen).isNotNull();
  }

  private record Server(int processes, int inTransaction, int locks) {}

  private Server server() {
    try (Connection own = database.dataSource().getConnection()) {
      String others =
          " from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
      return new Server(
          Pools.one(own, "select count(*)" + others),
          Pools.one(own, "select count(*)" + others + " and state <> 'idle'"),
          Pools.one(own, "select count(*) from pg_locks where pid in (select pid" + others + ")"));
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void shares_one_transaction_in_any_order() throws Exception {
    for (List<Integer> order :
        List.of(List.of(1, 2, 3), List.of(3, 2, 1), List.of(2, 1, 3), List.of(3, 1, 2))) {
      int id = -Integer.parseInt("" + order.get(0) + order.get(1) + order.get(2));
      connections.inRequest(
          Access.readWrite(),
          () -> {
            for (int way : order) {
              write(way, id);
              assertThat(connections.snapshot().gate().inUse()).isOne();
            }
            return true;
          });
      int transactions =
          connections.withSession(
              c -> Pools.one(c, "select count(distinct xid) from item where id = " + id));
      assertThat(transactions).isOne();
    }
    connections.useSession(c -> Pools.run(c, "truncate item"));
  }

  /** Row S7. */
  @Test
  void called_ten_thousand_times_with_failures_leaks_nothing() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        all.add(
            threads.submit(
                () -> {
                  var chance = new Random(thread);
                  for (int id = thread; id < CALLS; id += THREADS) {
                    call(id, chance);
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    PoolSnapshot after = connections.snapshot();
    assertThat(after.gate().inUse()).isZero();
    assertThat(after.gate().queued()).isZero();
    assertThat(after.connections()).isEqualTo(after.idle()).isLessThanOrEqualTo(5);
    Await.until(
        Duration.ofSeconds(20),
        "all that the server knows is idle connections",
        () -> server().equals(new Server(connections.snapshot().connections(), 0, 0)));
    assertThat(committed).hasSizeBetween(CALLS / 3, CALLS);
    assertThat(written()).isEqualTo(new TreeSet<>(committed));
  }

  /** Each call that is there is there in all three ways and from one transaction. */
  private Set<Integer> written() throws SQLException {
    var ids = new TreeSet<Integer>();
    connections.useSession(
        c -> {
          try (var statement = c.createStatement();
              var rows =
                  statement.executeQuery(
                      "select id, count(*), min(way), max(way), count(distinct xid) from item"
                          + " group by id")) {
            while (rows.next()) {
              ids.add(rows.getInt(1));
              assertThat(List.of(rows.getInt(2), rows.getInt(3), rows.getInt(4), rows.getInt(5)))
                  .as("call %d", rows.getInt(1))
                  .containsExactly(3, 1, 3, 1);
            }
          }
        });
    return ids;
  }
}
