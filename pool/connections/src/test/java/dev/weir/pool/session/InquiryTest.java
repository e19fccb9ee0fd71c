package dev.weir.pool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Deadline;
import dev.weir.pool.session.Inquiry.Answer;
import dev.weir.pool.session.Transaction.Identity;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What is believed of a server that has crashed since. */
@Tag("faults")
@TestInstance(Lifecycle.PER_CLASS)
class InquiryTest {

  private final PostgresServer server = PostgresServer.builder().durable().start();
  private TestDatabase database;

  @BeforeEach
  void prepare() throws SQLException {
    database = server.freshDatabase();
    run("create table orders (id int)");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private Connection connect() throws SQLException {
    return database.dataSource().getConnection();
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Begins on this connection, and inserts an order. */
  private static Identity begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery(Opening.IDENTIFY);
      row.next();
      var identity = new Identity(row.getString(1), row.getInt(2), row.getString(3));
      statement.execute("insert into orders values (1)");
      return identity;
    }
  }

  @SuppressWarnings("resource") // the server that could be told of its end is killed
  private Identity lostInACrash() throws SQLException {
    Identity lost = begin(connect());
    server.kill();
    server.restart();
    return lost;
  }

  private Answer ask(Identity identity, Duration time) {
    return Deadline.within(time, () -> new Inquiry(this::connect, Retries::park).ask(identity));
  }

  private Answer ask(Identity identity) {
    return ask(identity, Duration.ofSeconds(20));
  }

  @Test
  void a_number_that_a_stranger_bears_after_a_crash_is_not_taken_for_a_commit()
      throws SQLException {
    Identity lost = lostInACrash();
    for (int i = 0; i < 5; i++) {
      run("insert into orders values (2)");
    }
    assertThat(one("select pg_xact_status('%s'::xid8)".formatted(lost.xid())))
        .as("what the server says of it")
        .isEqualTo("committed");
    Answer answer = ask(lost);
    FaultLog.note(
        "a transaction lost in a crash whose number a stranger bears",
        "committed, says the server; orders of it %s; answer %s",
        one("select count(*) from orders where id = 1"),
        answer);
    assertThat(answer).isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void a_number_of_the_future_was_lost_in_the_crash() throws SQLException {
    assertThat(ask(lostInACrash())).isEqualTo(Answer.ABORTED);
    assertThat(one("select count(*) from orders")).isEqualTo("0");
  }

  @Test
  void a_commit_that_survived_a_crash_cannot_be_told_from_a_strangers() throws SQLException {
    Identity kept;
    try (Connection connection = connect()) {
      kept = begin(connection);
      connection.commit();
    }
    assertThat(ask(kept)).isEqualTo(Answer.COMMITTED);
    server.kill();
    server.restart();
    assertThat(ask(kept)).isEqualTo(Answer.UNKNOWN);
    assertThat(one("select count(*) from orders")).isEqualTo("1");
  }

  @Test
  void a_restart_in_order_forgets_nothing() throws SQLException {
    Identity kept;
    Identity undone;
    try (Connection connection = connect()) {
      kept = begin(connection);
      connection.commit();
      undone = begin(connection);
      connection.rollback();
    }
    server.restart();
    assertThat(ask(kept)).isEqualTo(Answer.COMMITTED);
    assertThat(ask(undone)).isEqualTo(Answer.ABORTED);
  }

  @Test
  void one_that_still_waits_for_its_client_is_ended() throws SQLException {
    try (Connection open = connect()) {
      assertThat(ask(begin(open))).isEqualTo(Answer.ABORTED);
      assertThatThrownBy(open::commit).isInstanceOf(SQLException.class);
    }
    assertThat(one("select count(*) from orders")).isEqualTo("0");
  }

  @Test
  void figures_that_were_reset_by_hand_end_no_transaction() throws SQLException {
    try (Connection open = connect()) {
      Identity underWay = begin(open);
      run("select pg_stat_reset_shared('bgwriter')");
      assertThat(ask(underWay, Duration.ofMillis(300))).isEqualTo(Answer.UNKNOWN);
      open.commit();
      assertThat(ask(underWay)).as("a crash cannot be excluded").isEqualTo(Answer.UNKNOWN);
    }
    assertThat(one("select count(*) from orders")).isEqualTo("1");
  }
}
