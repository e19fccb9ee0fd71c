package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** On a pool of one connection: whoever borrowed a second one would wait for ever. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class RequestTest {

  private final List<String> heard = new ArrayList<>();
  private Pools pools;
  private UnifiedConnectionManager connections;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    pools = Pools.open(database, 1);
    connections = pools.manager();
    connections.useSession(c -> Pools.run(c, "create table item (id int primary key)"));
  }

  @AfterAll
  void close() {
    pools.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    connections.useSession(c -> Pools.run(c, "truncate item"));
  }

  @AfterEach
  void nothing_is_left() {
    assertThat(inUse()).isZero();
  }

  private int inUse() {
    return connections.snapshot().gate().inUse();
  }

  private int count() throws SQLException {
    return connections.withSession(c -> Pools.one(c, "select count(*) from item"));
  }

  private void insert(int id) throws SQLException {
    connections.useSession(c -> Pools.run(c, "insert into item values (" + id + ")"));
  }

  private <R, X extends Throwable> R request(ScopedValue.CallableOp<R, X> work) throws X {
    return connections.inRequest(Access.readWrite(), work);
  }

  @Test
  void borrows_when_a_session_is_first_wanted_and_not_before() throws SQLException {
    String result =
        request(
            () -> {
              assertThat(inUse()).isZero();
              assertThatThrownBy(connections::current).isInstanceOf(IllegalStateException.class);
              insert(1);
              assertThat(inUse()).isOne();
              assertThat(connections.current().isInTransaction()).isTrue();
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(count()).isOne();
    assertThat(request(() -> "nothing wanted")).isEqualTo("nothing wanted");
  }

  @Test
  void is_one_transaction_for_all_its_sessions_and_rolls_back_with_its_work() throws SQLException {
    assertThatThrownBy(
            () ->
                request(
                    () -> {
                      insert(1);
                      connections.useTransaction(
                          c -> {
                            Pools.run(c, "insert into item values (2)");
                            connections.current().afterRollback(() -> heard.add("undone"));
                          });
                      try (Connection c = connections.joiningDataSource().getConnection()) {
                        assertThat(Pools.one(c, "select count(*) from item")).isEqualTo(2);
                      }
                      throw new IOException("mine");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(heard).containsExactly("undone");
    assertThat(count()).isZero();
  }

  @Test
  void tells_its_caller_when_something_inside_had_failed() throws SQLException {
    assertThatThrownBy(
            () ->
                request(
                    () -> {
                      insert(1);
                      assertThatThrownBy(
                              () ->
                                  connections.useTransaction(
                                      _ -> {
                                        throw new IOException("swallowed");
                                      }))
                          .isInstanceOf(IOException.class);
                      return true;
                    }))
        .isInstanceOf(RolledBackException.class);
    assertThat(count()).isZero();
  }

  @Test
  void inside_a_session_or_another_request_changes_nothing() throws SQLException {
    connections.useTransaction(
        c -> {
          request(
              () -> {
                insert(1);
                return true;
              });
          assertThat(Pools.one(c, "select count(*) from item")).isOne();
          connections.current().rollbackOnly();
        });
    assertThat(count()).isZero();
    assertThatThrownBy(
            () ->
                request(
                    () -> {
                      request(
                          () -> {
                            insert(1);
                            return true;
                          });
                      assertThat(inUse()).isOne();
                      throw new IOException("outer");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(count()).isZero();
  }

  @Test
  void that_only_reads_refuses_writing() throws SQLException {
    connections.inRequest(
        Access.readOnly(),
        () -> {
          assertThatThrownBy(() -> insert(1))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("could not write");
          int none =
              connections.withSession(
                  Access.readOnly(), c -> Pools.one(c, "select count(*) from item"));
          assertThat(none).isZero();
          return true;
        });
  }

  @Test
  void a_view_has_its_access_wherever_it_is_injected() throws SQLException {
    SessionView batch = connections.view(Access.readOnly().lane("batch").name("report"));
    int one = batch.inTransaction(c -> Pools.one(c, "select 1"));
    assertThat(one).isOne();
    batch.useSession(
        _ -> {
          assertThat(connections.current().lane()).isEqualTo("batch");
          assertThat(connections.current().name()).contains("report");
        });
    assertThatThrownBy(() -> batch.useTransaction(c -> Pools.run(c, "insert into item values (1)")))
        .isInstanceOf(SQLException.class);
    try (Connection c = batch.dataSource().getConnection()) {
      assertThat(c.isReadOnly()).isTrue();
    }
    int two = batch.withSession(c -> Pools.one(c, "select 2"));
    assertThat(two).isEqualTo(2);
    assertThatThrownBy(() -> connections.view(Access.readWrite().lane("bacth")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
