package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

@RealServers
class PgBouncerServerTest {

  private static Connection connect(PgBouncerServer pooler, TestDatabase database)
      throws SQLException {
    return DriverManager.getConnection(
        pooler.jdbcUrl(database) + "?prepareThreshold=0", database.user(), database.password());
  }

  private static int process(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void gives_a_server_process_for_a_transaction_at_a_time(TestDatabase database)
      throws SQLException {
    PgBouncerServer pooler = TestServers.pgBouncer();
    try (Connection one = connect(pooler, database);
        Connection two = connect(pooler, database)) {
      assertThat(process(one)).isEqualTo(process(two));
      one.setAutoCommit(false);
      int held = process(one);
      assertThat(process(two)).isNotEqualTo(held);
      assertThat(process(one)).isEqualTo(held);
      one.commit();
    }
  }

  @Test
  void comes_back_on_its_port_after_it_was_killed(TestDatabase database) throws SQLException {
    TestServers.pgBouncer();
    try (var own = PgBouncerServer.inFrontOf(database.server())) {
      assertThat(own.pids()).hasSize(1);
      own.kill();
      assertThatThrownBy(() -> connect(own, database)).isInstanceOf(SQLException.class);
      own.restart();
      try (Connection again = connect(own, database)) {
        assertThat(again.isValid(2)).isTrue();
      }
    }
  }

  @Test
  void that_is_shared_cannot_be_hurt() {
    PgBouncerServer shared = TestServers.pgBouncer();
    assertThatThrownBy(shared::kill)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("shared");
    assertThatThrownBy(shared::close).isInstanceOf(UnsupportedOperationException.class);
  }
}
