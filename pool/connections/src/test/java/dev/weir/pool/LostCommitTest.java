package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.ProxyRule;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The network fails at COMMIT itself, before or after the server has done it. */
@RealServers
@Tag("faults")
@TestInstance(Lifecycle.PER_CLASS)
class LostCommitTest {

  /** More by flag: -Dweir.cuts=1000. */
  private static final int CUTS = Integer.getInteger("weir.cuts", 60);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Access RESOLVABLE = Access.readWrite().resolvable();

  private final List<String> heard = new ArrayList<>();
  private TcpProxy proxy;
  private Pools pools;
  private UnifiedConnectionManager connections;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    proxy = proxy(database);
    pools = Pools.open(settings(database));
    connections = pools.manager();
    connections.useSession(c -> Pools.run(c, "create table item (id int)"));
  }

  /** Where commits get lost. */
  TcpProxy proxy(TestDatabase database) {
    return TcpProxy.toPostgres(database.server().host(), database.server().port());
  }

  /** What lies behind it, for those who inherit this. */
  String behind() {
    return "PostgreSQL";
  }

  private ConnectionSettings settings(TestDatabase database) {
    return adapted(Pools.through(proxy, database, 1));
  }

  /** The settings as they must be for what lies behind. */
  ConnectionSettings adapted(ConnectionSettings plain) {
    return plain;
  }

  @AfterAll
  void close() {
    pools.close();
    proxy.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    connections.useSession(c -> Pools.run(c, "truncate item"));
    heard.clear();
  }

  private int count(int id) throws SQLException {
    return connections.withSession(c -> Pools.one(c, "select count(*) from item where id = " + id));
  }

  /** What becomes of the next COMMIT. */
  private enum Loss {
    /** It never reaches the server. */
    COMMIT,
    /** It never reaches the server, which does not learn that the client is gone. */
    CLIENT,
    /** The server has done it, and nobody hears of it. */
    ANSWER
  }

  private ProxyRule loseNext(Loss loss) {
    return switch (loss) {
      case COMMIT -> proxy.cutBefore(MessagePattern.commit());
      case CLIENT -> proxy.vanish(MessagePattern.commit());
      case ANSWER -> proxy.cutBefore(MessagePattern.committed());
    };
  }

  private int insertLosing(Access access, Loss loss) throws SQLException {
    return connections.inTransaction(
        access,
        c -> {
          insert(c, 1);
          int attempt = connections.current().attempt();
          if (attempt == 1) {
            loseNext(loss);
          }
          connections.current().afterCommit(() -> heard.add(attempt + " committed"));
          connections.current().afterRollback(() -> heard.add(attempt + " rolled back"));
          return attempt;
        });
  }

  private void sql(String sql) throws SQLException {
    connections.useSession(c -> Pools.run(c, sql));
  }

  private static void insert(Connection c, int id) throws SQLException {
    Pools.run(c, "insert into item values (" + id + ")");
  }

  @Nested
  class Without_a_way_to_know {

    @Test
    void an_answer_that_was_lost_is_an_unknown_outcome_and_not_tried_again() throws SQLException {
      assertThatThrownBy(() -> insertLosing(Access.readWrite(), Loss.ANSWER))
          .isInstanceOf(UnknownOutcomeException.class)
          .hasMessageContaining("may be committed or not")
          .hasMessageContaining("Access.resolvable()")
          .hasCauseInstanceOf(SQLException.class);
      assertThat(count(1)).isOne();
      assertThat(heard).as("neither is known to be true").isEmpty();
    }

    @Test
    void a_commit_that_was_lost_looks_the_same() throws SQLException {
      assertThatThrownBy(() -> insertLosing(Access.readWrite(), Loss.COMMIT))
          .isInstanceOf(UnknownOutcomeException.class);
      assertThat(count(1)).isZero();
      assertThat(heard).isEmpty();
    }

    @Test
    void an_outer_transaction_of_another_pool_does_not_try_it_again(TestDatabase database)
        throws SQLException {
      try (var outer = Pools.open(database, 1)) {
        assertThatThrownBy(
                () ->
                    outer
                        .manager()
                        .useTransaction(
                            c -> {
                              Pools.run(c, "select 1");
                              insertLosing(Access.readWrite(), Loss.ANSWER);
                            }))
            .isInstanceOf(UnknownOutcomeException.class);
      }
      assertThat(count(1)).isOne();
    }

    @Test
    void one_that_only_reads_is_tried_again_for_it_had_nothing_to_lose() throws SQLException {
      var tries = new ArrayList<Integer>();
      int one =
          connections.inTransaction(
              Access.readOnly(),
              c -> {
                tries.add(connections.current().attempt());
                if (tries.size() == 1) {
                  loseNext(Loss.ANSWER);
                }
                return Pools.one(c, "select 1");
              });
      assertThat(one).isOne();
      assertThat(tries).containsExactly(1, 2);
    }
  }

  @Nested
  class Resolvable {

    @Test
    void with_a_lost_answer_is_found_to_be_committed() throws SQLException {
      int attempt = insertLosing(RESOLVABLE, Loss.ANSWER);
      assertThat(attempt).isOne();
      assertThat(count(1)).isOne();
      assertThat(heard).containsExactly("1 committed");
    }

    @Test
    void with_a_lost_commit_is_found_to_be_aborted_and_tried_again() throws SQLException {
      int attempt = insertLosing(RESOLVABLE, Loss.COMMIT);
      assertThat(attempt).isEqualTo(2);
      assertThat(count(1)).isOne();
      assertThat(heard).containsExactly("1 rolled back", "2 committed");
    }

    @Test
    void with_a_server_that_waits_for_a_client_that_is_gone_is_ended_and_tried_again()
        throws SQLException {
      int attempt = insertLosing(RESOLVABLE, Loss.CLIENT);
      assertThat(attempt).isEqualTo(2);
      assertThat(count(1)).isOne();
      assertThat(heard).containsExactly("1 rolled back", "2 committed");
    }

    @Test
    void as_a_role_that_may_not_see_the_process_of_its_login_is_settled_too() throws SQLException {
      String clerk = "clerk" + ThreadLocalRandom.current().nextInt(1 << 20);
      sql("create role " + clerk);
      sql("grant insert on item to " + clerk);
      try {
        assertThat(insertLosing(RESOLVABLE.role(clerk), Loss.CLIENT)).isEqualTo(2);
        assertThat(count(1)).isOne();
      } finally {
        sql("drop owned by " + clerk);
        sql("drop role " + clerk);
      }
    }

    @Test
    void with_one_try_is_told_that_nothing_is_left() throws SQLException {
      assertThatThrownBy(() -> insertLosing(RESOLVABLE.attempts(1), Loss.COMMIT))
          .isInstanceOf(CommitFailedException.class)
          .hasCauseInstanceOf(SQLException.class);
      assertThat(count(1)).isZero();
      assertThat(heard).containsExactly("1 rolled back");
    }

    @Test
    void inside_a_plain_session_is_found_out_too() throws SQLException {
      connections.useSession(
          c -> {
            assertThat(insertLosing(RESOLVABLE, Loss.ANSWER)).isOne();
            assertThat(c.isClosed()).as("its connection was lost").isTrue();
            assertThatThrownBy(() -> Pools.one(c, "select 1")).isInstanceOf(SQLException.class);
          });
      assertThat(count(1)).isOne();
      assertThat(heard).containsExactly("1 committed");
    }

    @Test
    void without_time_left_to_ask_stays_unknown_and_says_what_to_ask() throws SQLException {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      RESOLVABLE.deadline(Duration.ofMillis(200)),
                      c -> {
                        insert(c, 1);
                        proxy.refuse();
                        loseNext(Loss.ANSWER);
                      }))
          .isInstanceOf(UnknownOutcomeException.class)
          .hasMessageContaining("pg_xact_status");
      proxy.accept();
      assertThat(count(1)).isOne();
    }
  }

  /** Cut after cut, half of them before and half after the commit, with one to three attempts. */
  @Nested
  class Again_and_again {

    @Test
    void is_found_out_right_against_the_table() throws SQLException {
      long start = System.nanoTime();
      var committed = new ArrayList<Integer>();
      var expected = new ArrayList<Integer>();
      for (int i = 0; i < CUTS; i++) {
        Loss loss = loss(i);
        if (commitsLosing(RESOLVABLE.attempts(attempts(i)), i, loss)) {
          committed.add(i);
        }
        if (loss == Loss.ANSWER || attempts(i) > 1) {
          expected.add(i);
        }
      }
      List<Integer> there = ids();
      assertThat(committed).as("what callers were told").isEqualTo(expected);
      assertThat(there).as("what the table has, once each").isEqualTo(committed);
      FaultLog.note(
          "COMMITs cut before and after they arrive, " + behind() + " behind the cut",
          "%,d, all resolved: acknowledged %,d, in the table %,d, lost %d, in %,d ms",
          CUTS,
          committed.size(),
          there.size(),
          committed.size() - there.size(),
          (System.nanoTime() - start) / 1_000_000);
    }

    @Test
    void without_a_way_to_know_is_unknown_and_never_there_twice() throws SQLException {
      var lostAnswers = new ArrayList<Integer>();
      for (int i = 0; i < CUTS; i++) {
        int id = i;
        assertThatThrownBy(
                () -> commitsLosing(Access.readWrite().attempts(attempts(id)), id, loss(id)))
            .isInstanceOf(UnknownOutcomeException.class);
        if (loss(i) == Loss.ANSWER) {
          lostAnswers.add(i);
        }
      }
      assertThat(ids()).isEqualTo(lostAnswers);
    }

    private static Loss loss(int i) {
      return i % 2 == 0 ? Loss.COMMIT : Loss.ANSWER;
    }

    private static int attempts(int i) {
      return Math.max(1, i / 2 % 6 - 2); // seldom more than one: the lane has a budget
    }

    private boolean commitsLosing(Access access, int id, Loss loss) throws SQLException {
      var cut = new AtomicReference<ProxyRule>();
      try {
        connections.useTransaction(
            access,
            c -> {
              insert(c, id);
              if (connections.current().attempt() == 1) {
                cut.set(loseNext(loss));
              }
            });
        return true;
      } catch (CommitFailedException nothingLeft) {
        return false;
      } finally {
        cut.get().await(PATIENCE);
      }
    }

    private List<Integer> ids() throws SQLException {
      return connections.withSession(
          c -> {
            var ids = new ArrayList<Integer>();
            try (var statement = c.createStatement();
                var rows = statement.executeQuery("select id from item order by id")) {
              while (rows.next()) {
                ids.add(rows.getInt(1));
              }
            }
            return ids;
          });
    }
  }
}
