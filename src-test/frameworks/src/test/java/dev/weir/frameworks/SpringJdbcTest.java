package dev.weir.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's {@code JdbcClient} under its transaction manager. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class SpringJdbcTest {

  private House house;
  private JdbcClient client;
  private JdbcTransactionManager manager;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    house = House.open(database, 5);
    client = JdbcClient.create(house.dataSource());
    manager = new JdbcTransactionManager(house.dataSource());
    house.sql("create table stock (id int primary key, amount int not null)");
    house.sql("create table movement (id int primary key, amount int not null)");
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    house.sql("truncate stock, movement");
    house.sql("insert into stock values (1, 0)");
  }

  @AfterEach
  void rest() throws SQLException {
    house.assertAtRest();
  }

  private TransactionTemplate template(Consumer<TransactionTemplate> how) {
    var template = new TransactionTemplate(manager);
    how.accept(template);
    return template;
  }

  private TransactionTemplate template(int propagation) {
    return template(it -> it.setPropagationBehavior(propagation));
  }

  private void move(int number, int amount) {
    client.sql("insert into movement values (?, ?)").params(number, amount).update();
    client.sql("update stock set amount = amount + ? where id = 1").param(amount).update();
  }

  private List<@Nullable Integer> moved() {
    return client.sql("select id from movement order by id").query(Integer.class).list();
  }

  private int amount() throws SQLException {
    return house.one("select amount from stock where id = 1");
  }

  @Test
  void eight_threads_write_two_tables_in_transactions() throws Exception {
    TransactionTemplate required = new TransactionTemplate(manager);
    House.crew(10, number -> required.executeWithoutResult(_ -> move(number, 1)));
    assertThat(moved()).hasSize(80);
    assertThat(amount()).isEqualTo(80);
  }

  @Test
  void what_throws_leaves_nothing_in_either_table() throws SQLException {
    TransactionTemplate required = new TransactionTemplate(manager);
    assertThatThrownBy(
            () ->
                required.executeWithoutResult(
                    _ -> {
                      move(1, 1);
                      required.executeWithoutResult(_ -> move(2, 1));
                      assertThat(house.inUse()).isOne();
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
    assertThat(moved()).isEmpty();
    assertThat(amount()).isZero();
  }

  @Test
  void requires_new_has_a_connection_of_its_own_and_commits_by_itself() throws SQLException {
    TransactionTemplate apart = template(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    assertThatThrownBy(
            () ->
                new TransactionTemplate(manager)
                    .executeWithoutResult(
                        _ -> {
                          client.sql("insert into movement values (1, 1)").update();
                          apart.executeWithoutResult(
                              _ -> {
                                assertThat(moved()).isEmpty();
                                assertThat(house.inUse()).isEqualTo(2);
                                move(2, 1);
                              });
                          throw new IllegalStateException("mine");
                        }))
        .hasMessage("mine");
    assertThat(moved()).containsExactly(2);
    assertThat(amount()).isOne();
  }

  @Test
  void nested_is_a_savepoint() throws SQLException {
    TransactionTemplate nested = template(TransactionDefinition.PROPAGATION_NESTED);
    new TransactionTemplate(manager)
        .executeWithoutResult(
            _ -> {
              move(1, 1);
              assertThatThrownBy(
                      () ->
                          nested.executeWithoutResult(
                              _ -> {
                                move(2, 1);
                                move(1, 1);
                              }))
                  .isInstanceOf(DuplicateKeyException.class);
              nested.executeWithoutResult(_ -> move(3, 1));
            });
    assertThat(moved()).containsExactly(1, 3);
    assertThat(amount()).isEqualTo(2);
  }

  @Test
  void a_read_only_one_is_kept_from_writing_by_the_server_and_the_next_is_not() {
    TransactionTemplate reads = template(it -> it.setReadOnly(true));
    assertThatThrownBy(() -> reads.executeWithoutResult(_ -> move(1, 1)))
        .isInstanceOf(DataAccessException.class)
        .rootCause()
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25006"));
    new TransactionTemplate(manager).executeWithoutResult(_ -> move(1, 1));
    assertThat(moved()).containsExactly(1);
  }

  @Test
  void a_timeout_ends_the_statement_on_the_server_and_the_connection_is_kept() throws SQLException {
    long opened = house.connections().snapshot().wear().opened();
    TransactionTemplate hasty = template(it -> it.setTimeout(1));
    assertThatThrownBy(
            () ->
                hasty.executeWithoutResult(
                    _ -> {
                      client.sql("insert into movement values (1, 1)").update();
                      client.sql("select count(pg_sleep(60))").query(Integer.class).single();
                    }))
        .isInstanceOf(DataAccessException.class)
        .rootCause()
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("57014"));
    assertThat(moved()).isEmpty();
    assertThat(
            house.one(
                "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%'"
                    + " and state = 'active' and pid <> pg_backend_pid()"))
        .isZero();
    assertThat(house.connections().snapshot().wear().opened()).isEqualTo(opened);
  }

  @Test
  void isolation_is_its_own_and_batches_go_as_one() throws SQLException {
    TransactionTemplate strict =
        template(it -> it.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE));
    strict.executeWithoutResult(
        _ -> {
          assertThat(isolation()).isEqualTo("serializable");
          new JdbcTemplate(house.dataSource())
              .batchUpdate(
                  "insert into movement values (?, 1)",
                  IntStream.range(0, 200).mapToObj(i -> new Object[] {i}).toList());
        });
    assertThat(isolation()).isEqualTo("read committed");
    assertThat(moved()).hasSize(200);
  }

  private String isolation() {
    return client.sql("show transaction_isolation").query(String.class).single();
  }
}
