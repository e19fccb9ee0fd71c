package dev.weir.pool.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.pool.Access;
import dev.weir.pool.Pools;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.postgresql.PGConnection;

@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class DataSourceTest {

  private Pools pools;
  private UnifiedConnectionManager connections;
  private DataSource source;

  @BeforeAll
  void open(TestDatabase database) {
    pools = Pools.open(database, 2);
    connections = pools.manager();
    source = connections.dataSource();
  }

  @AfterAll
  void close() {
    pools.close();
  }

  private int inUse() {
    return connections.snapshot().gate().inUse();
  }

  @Test
  void lends_until_close_and_takes_back_once() throws SQLException {
    Connection first = source.getConnection();
    try (Connection second = source.getConnection()) {
      assertThat(inUse()).isEqualTo(2);
      first.close();
      first.close();
      first.close();
      assertThat(inUse()).isOne();
      assertThat(Pools.one(second, "select 1")).isOne();
    }
    assertThat(inUse()).isZero();
  }

  @Test
  void answers_like_a_closed_connection_after_close() throws SQLException {
    Connection connection = source.getConnection();
    connection.close();
    assertThat(connection.isClosed()).isTrue();
    assertThat(connection.isValid(1)).isFalse();
    assertThatThrownBy(connection::createStatement)
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("08003"));
    assertThatThrownBy(() -> connection.setClientInfo("ApplicationName", "x"))
        .isInstanceOf(SQLException.class);
    connection.abort(Runnable::run);
    assertThat(inUse()).isZero();
  }

  @Test
  void takes_back_a_connection_that_was_aborted_and_lends_a_fresh_one() throws SQLException {
    Connection aborted = source.getConnection();
    aborted.abort(Runnable::run);
    aborted.close();
    assertThat(inUse()).isZero();
    for (int i = 0; i < 4; i++) {
      int seven = connections.withSession(c -> Pools.one(c, "select 7"));
      assertThat(seven).isEqualTo(7);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // null is what is tested
  void takes_back_socket_and_permit_even_if_the_abort_itself_is_refused() throws SQLException {
    for (int i = 0; i < 6; i++) {
      Connection connection = source.getConnection();
      assertThatThrownBy(() -> connection.abort(null)).isInstanceOf(SQLException.class);
      assertThat(connection.isClosed()).isTrue();
    }
    assertThat(inUse()).isZero();
    int one = connections.withSession(c -> Pools.one(c, "select 1"));
    assertThat(one).isOne();
  }

  @Test
  void gives_the_driver_to_who_asks_for_it() throws SQLException {
    try (Connection connection = source.getConnection()) {
      assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
      assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
      assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
    }
  }

  @Test
  void closes_the_statements_left_open_with_the_connection() throws SQLException {
    Statement left;
    try (Connection connection = source.getConnection()) {
      left = connection.createStatement();
    }
    assertThat(left.isClosed()).isTrue();
  }

  @Test
  void forgets_an_open_transaction_and_its_settings_before_the_next_borrower() throws SQLException {
    connections.useSession(c -> Pools.run(c, "create table left_open (id int)"));
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      connection.setReadOnly(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      Pools.run(connection, "insert into left_open values (1)");
    }
    for (int i = 0; i < 3; i++) {
      try (Connection next = source.getConnection()) {
        assertThat(next.getAutoCommit()).isTrue();
        assertThat(next.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(Pools.one(next, "select count(*) from left_open")).isZero();
      }
    }
  }

  @Test
  void tells_a_passed_deadline_in_the_words_of_jdbc_with_the_refusal_as_cause()
      throws SQLException {
    DataSource hurried = connections.dataSource(Access.readWrite().deadline(Duration.ofMillis(60)));
    try (Connection _ = source.getConnection();
        Connection _ = source.getConnection()) {
      assertThatThrownBy(hurried::getConnection)
          .isInstanceOf(SQLTimeoutException.class)
          .hasCauseInstanceOf(AdmissionRejectedException.class);
    }
  }

  @Test
  void tells_an_interrupt_as_a_refusal_and_keeps_the_flag() throws SQLException {
    try (Connection _ = source.getConnection();
        Connection _ = source.getConnection()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(source::getConnection)
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasCauseInstanceOf(AdmissionRejectedException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void has_one_login_and_one_log() {
    assertThatThrownBy(() -> source.getConnection("someone", "else"))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageContaining("postgres.user");
    assertThatThrownBy(() -> source.setLoginTimeout(3))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageContaining("postgres.connect-timeout");
    assertThatThrownBy(() -> connections.dataSource(Access.readOnly().lane("nowhere")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
