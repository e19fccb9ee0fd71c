package dev.weir.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.pool.Pools;
import dev.weir.pool.admission.OwnSockets;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

@RealServers
@Tag("faults")
class WrapperTest {

  private OwnSockets sockets;
  private Connection connection;

  @BeforeEach
  void lend(TestDatabase database) throws SQLException {
    sockets = new OwnSockets(Pools.postgres(database));
    connection = sockets.lend();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    assertThat(sockets.inUse()).isZero();
    sockets.close();
  }

  private static void assertOver(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("08003"))
        .hasMessageContaining("went back to the pool");
  }

  @Nested
  class Every_way_back_leads_to_the_same_wrapper {

    @Test
    void from_statements_and_their_rows() throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select 1")) {
        assertThat(statement.getConnection()).isSameAs(connection);
        assertThat(rows.getStatement()).isSameAs(statement);
        assertThat(statement.getResultSet()).isSameAs(rows);
      }
      try (PreparedStatement statement = connection.prepareStatement("select ?::int");
          CallableStatement call = connection.prepareCall("select 1")) {
        statement.setInt(1, 1);
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.getStatement().getConnection()).isSameAs(connection);
        }
        assertThat(call.getConnection()).isSameAs(connection);
      }
    }

    @Test
    void from_metadata_and_its_rows() throws SQLException {
      assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
      try (ResultSet rows = connection.getMetaData().getSchemas()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getStatement().getConnection()).isSameAs(connection);
      }
    }

    @Test
    void from_arrays_however_they_are_asked_for() throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select array[7, 8]")) {
        assertThat(rows.next()).isTrue();
        assertLeadsBack(rows.getArray(1));
        assertLeadsBack((Array) rows.getObject(1));
        assertLeadsBack(rows.getObject(1, Array.class));
      }
      assertLeadsBack(connection.createArrayOf("int4", new Integer[] {7, 8}));
    }

    private void assertLeadsBack(Array array) throws SQLException {
      try (ResultSet elements = array.getResultSet();
          ResultSet second = array.getResultSet(2, 1)) {
        assertThat(elements.getStatement().getConnection()).isSameAs(connection);
        assertThat(second.next()).isTrue();
        assertThat(second.getInt(2)).isEqualTo(8);
        assertThat(second.getStatement().getConnection()).isSameAs(connection);
      }
    }

    @Test
    void from_generated_keys_and_from_cursors() throws SQLException {
      Pools.run(connection, "create table keyed (id int generated always as identity, n int)");
      try (PreparedStatement insert =
          connection.prepareStatement(
              "insert into keyed (n) values (7)", Statement.RETURN_GENERATED_KEYS)) {
        assertThat(insert.executeUpdate()).isOne();
        try (ResultSet keys = insert.getGeneratedKeys()) {
          assertThat(keys.next()).isTrue();
          assertThat(keys.getStatement().getConnection()).isSameAs(connection);
        }
      }
      Pools.run(
          connection,
          "create function cursor_of_two() returns refcursor language plpgsql as"
              + " $$ declare c refcursor; begin open c for values (1), (2); return c; end $$");
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select cursor_of_two()")) {
        assertThat(rows.next()).isTrue();
        try (ResultSet cursor = (ResultSet) rows.getObject(1)) {
          assertThat(cursor.next()).isTrue();
          assertThat(cursor.getStatement().getConnection()).isSameAs(connection);
        }
      }
    }
  }

  @Nested
  class A_wrapper {

    @Test
    void gives_the_drivers_objects_to_who_asks_for_them() throws SQLException {
      assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select 1")) {
        assertThat(statement.isWrapperFor(PGStatement.class)).isTrue();
        assertThat(statement.unwrap(PGStatement.class).getPrepareThreshold()).isEqualTo(5);
        assertThat(statement.unwrap(Statement.class)).isSameAs(statement);
        assertThat(rows.unwrap(org.postgresql.PGRefCursorResultSet.class)).isNotSameAs(rows);
      }
    }

    @Test
    void is_equal_to_itself_alone_and_says_whose_it_is() throws SQLException {
      try (PreparedStatement one = connection.prepareStatement("select 1");
          PreparedStatement two = connection.prepareStatement("select 1")) {
        assertThat(java.util.Set.of(one, two)).contains(one).hasSize(2);
        assertThat(one.toString()).contains("lane 'interactive'").contains("select 1");
        assertThat(connection.toString()).isEqualTo("connection of lane 'interactive'");
      }
    }

    @Test
    void lets_values_of_each_kind_through() throws SQLException {
      try (PreparedStatement all =
          connection.prepareStatement("select ?::bigint, ?::float8, ?::text, ?::bool, ?::int[]")) {
        all.setLong(1, 1L << 40);
        all.setDouble(2, 2.5);
        all.setString(3, "three");
        all.setBoolean(4, true);
        all.setArray(5, connection.createArrayOf("int4", new Integer[] {5, 6}));
        try (ResultSet rows = all.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getLong(1)).isEqualTo(1L << 40);
          assertThat(rows.getDouble(2)).isEqualTo(2.5);
          assertThat(rows.getObject(3)).isEqualTo("three");
          assertThat(rows.getObject(4, Boolean.class)).isTrue();
          assertThat((Integer[]) rows.getArray(5).getArray()).containsExactly(5, 6);
        }
      }
    }

    @Test
    void of_an_array_is_taken_off_where_the_driver_gets_it_back() throws SQLException {
      Array two = connection.createArrayOf("text", new String[] {"a,b", null});
      try (PreparedStatement ask = connection.prepareStatement("select ?::text[], ?::text[]")) {
        ask.setArray(1, two);
        ask.setObject(2, two);
        try (ResultSet rows = ask.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat((String[]) rows.getArray(1).getArray()).containsExactly("a,b", null);
          assertThat((String[]) rows.getArray(2).getArray()).containsExactly("a,b", null);
          assertThat(rows.getArray(1)).hasToString("{\"a,b\",NULL}");
          assertThat(rows.getArray(1).getBaseTypeName()).isEqualTo("text");
        }
      }
      two.free();
    }

    @Test
    void keeps_the_query_timeout_to_itself() throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.setQueryTimeout(7);
        assertThat(statement.getQueryTimeout()).isEqualTo(7);
        assertThat(statement.unwrap(org.postgresql.core.BaseStatement.class).getQueryTimeout())
            .isZero();
        assertThatThrownBy(() -> statement.setQueryTimeout(-1)).isInstanceOf(SQLException.class);
      }
    }
  }

  @Nested
  class After_close {

    @Test
    void all_that_came_from_the_borrow_is_over() throws SQLException {
      Statement statement = connection.createStatement();
      ResultSet rows = statement.executeQuery("values (1), (2)");
      var metaData = connection.getMetaData();
      Array array = connection.createArrayOf("int4", new Integer[] {1});
      assertThat(rows.next()).isTrue();
      connection.close();
      connection.close();
      assertThat(List.of(connection.isClosed(), statement.isClosed(), rows.isClosed()))
          .containsOnly(true);
      assertOver(() -> connection.prepareStatement("select 1"));
      assertOver(() -> statement.executeQuery("select 1"));
      assertOver(rows::next);
      assertOver(() -> rows.getInt(1));
      assertOver(metaData::getSchemas);
      assertOver(connection::commit);
      assertOver(array::getResultSet);
      rows.close();
      statement.close();
      assertThat(sockets.idle()).isOne();
    }

    @Test
    void statements_closed_in_any_order_or_not_at_all_are_closed() throws SQLException {
      Statement one = connection.createStatement();
      Statement two = connection.createStatement();
      Statement three = connection.createStatement();
      Statement four = connection.createStatement();
      two.close();
      four.close();
      one.close();
      one.close();
      Statement driver = three.unwrap(org.postgresql.core.BaseStatement.class);
      connection.close();
      assertThat(driver.isClosed()).isTrue();
      assertThat(List.of(one.isClosed(), two.isClosed(), three.isClosed(), four.isClosed()))
          .containsOnly(true);
    }
  }
}
