package dev.weir.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jdbi.v3.core.transaction.SerializableTransactionRunner;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Jdbi, with handles and transactions of its own and in those of Weir's. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class JdbiTest {

  private House house;
  private Jdbi jdbi;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    house = House.open(database, 5);
    jdbi = Jdbi.create(house.dataSource());
    jdbi.useHandle(
        handle -> {
          handle.execute("create table author (id int primary key, books int not null)");
          handle.execute("create table book (author int references author, title text)");
        });
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    house.sql("truncate author, book");
    house.sql("insert into author values (1, 0)");
  }

  @AfterEach
  void rest() throws SQLException {
    house.assertAtRest();
  }

  private static void publish(Handle handle, String title) {
    handle.execute("insert into book values (1, ?)", title);
    handle.execute("update author set books = books + 1 where id = 1");
  }

  private int books() throws SQLException {
    return house.one("select count(*) from book");
  }

  private int counted() throws SQLException {
    return house.one("select books from author where id = 1");
  }

  @Test
  void eight_threads_write_two_tables_in_transactions() throws Exception {
    House.crew(10, number -> jdbi.useTransaction(handle -> publish(handle, "t" + number)));
    assertThat(books()).isEqualTo(80);
    assertThat(counted()).isEqualTo(80);
  }

  @Test
  void what_throws_leaves_nothing_in_either_table() throws SQLException {
    assertThatThrownBy(
            () ->
                jdbi.useTransaction(
                    handle -> {
                      publish(handle, "gone");
                      throw new IOException("mine");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(books() + counted()).isZero();
  }

  @Test
  void a_prepared_batch_goes_as_one() throws SQLException {
    int[] added =
        jdbi.inTransaction(
            handle -> {
              PreparedBatch batch = handle.prepareBatch("insert into book values (1, :title)");
              for (int i = 0; i < 300; i++) {
                batch.bind("title", "t" + i).add();
              }
              return batch.execute();
            });
    assertThat(added).hasSize(300).containsOnly(1);
    assertThat(books()).isEqualTo(300);
  }

  @Test
  void savepoints_undo_a_part() throws SQLException {
    jdbi.useTransaction(
        handle -> {
          publish(handle, "stays");
          handle.savepoint("here");
          assertThatThrownBy(() -> handle.execute("insert into book values (2, 'nobody')"))
              .isInstanceOf(UnableToExecuteStatementException.class);
          handle.rollbackToSavepoint("here");
          publish(handle, "too");
        });
    assertThat(books()).isEqualTo(2);
    assertThat(counted()).isEqualTo(2);
  }

  @Test
  void a_handle_keeps_its_isolation_to_itself() {
    jdbi.useTransaction(
        TransactionIsolationLevel.SERIALIZABLE,
        handle -> assertThat(isolation(handle)).isEqualTo("serializable"));
    assertThat(jdbi.<String, RuntimeException>withHandle(JdbiTest::isolation))
        .isEqualTo("read committed");
  }

  private static String isolation(Handle handle) {
    return handle.createQuery("show transaction_isolation").mapTo(String.class).one();
  }

  @Test
  void its_runner_tries_serializable_work_again() throws Exception {
    Jdbi retrying = Jdbi.create(house.dataSource());
    retrying.setTransactionHandler(new SerializableTransactionRunner());
    retrying.getConfig(SerializableTransactionRunner.Configuration.class).setMaxRetries(1_000);
    House.crew(
        3,
        number ->
            retrying.useTransaction(
                TransactionIsolationLevel.SERIALIZABLE,
                handle -> {
                  int before = count(handle);
                  handle.execute("insert into book values (1, ?)", "t" + number);
                  handle.execute("update author set books = ? where id = 1", before + 1);
                }));
    assertThat(books()).isEqualTo(24);
    assertThat(counted()).isEqualTo(24);
  }

  private static int count(Handle handle) {
    return handle.createQuery("select books from author where id = 1").mapTo(Integer.class).one();
  }

  @Test
  void rows_that_are_streamed_end_with_their_handle() {
    List<Integer> some =
        jdbi.withHandle(
            handle -> {
              try (var rows =
                  handle
                      .createQuery("select generate_series(1, 1000)")
                      .setFetchSize(10)
                      .mapTo(Integer.class)
                      .stream()) {
                return rows.limit(3).toList();
              }
            });
    assertThat(some).containsExactly(1, 2, 3);
    assertThat(house.inUse()).isZero();
  }

  @Test
  void takes_part_in_a_transaction_of_Weirs() throws SQLException {
    Jdbi joining = Jdbi.create(house.joiningDataSource());
    house
        .connections()
        .useTransaction(
            c -> {
              joining.useTransaction(handle -> publish(handle, "a"));
              joining.useHandle(handle -> publish(handle, "b"));
              assertThat(House.one(c, "select count(*) from book")).isEqualTo(2);
              assertThat(house.inUse()).isOne();
            });
    assertThat(books() + counted()).isEqualTo(4);
    assertThatThrownBy(
            () ->
                house
                    .connections()
                    .useTransaction(
                        _ -> {
                          joining.useTransaction(handle -> publish(handle, "c"));
                          throw new IOException("mine");
                        }))
        .isInstanceOf(IOException.class);
    assertThat(books() + counted()).isEqualTo(4);
  }
}
