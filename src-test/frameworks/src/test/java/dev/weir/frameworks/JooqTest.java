package dev.weir.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** jOOQ, with transactions of its own and in those of Weir's. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class JooqTest {

  private static final Table<Record> ACCOUNT = DSL.table("account");
  private static final Table<Record> ENTRY = DSL.table("entry");
  private static final Field<Integer> ID = DSL.field("id", SQLDataType.INTEGER);
  private static final Field<Integer> BALANCE = DSL.field("balance", SQLDataType.INTEGER);
  private static final Field<Integer> OWNER = DSL.field("account", SQLDataType.INTEGER);
  private static final Condition FIRST = ID.eq(1);

  private House house;
  private DSLContext jooq;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    house = House.open(database, 5);
    jooq = DSL.using(house.dataSource(), SQLDialect.POSTGRES);
    jooq.createTable("account").column(ID).column(BALANCE).primaryKey(ID).execute();
    jooq.createTable("entry").column(OWNER).column(BALANCE).execute();
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    house.sql("truncate account, entry");
    house.sql("insert into account values (1, 0)");
  }

  @AfterEach
  void rest() throws SQLException {
    house.assertAtRest();
  }

  private static void book(DSLContext with, int amount) {
    with.insertInto(ENTRY, OWNER, BALANCE).values(1, amount).execute();
    with.update(ACCOUNT).set(BALANCE, BALANCE.plus(amount)).where(FIRST).execute();
  }

  private int balance() throws SQLException {
    return house.one("select balance from account where id = 1");
  }

  private int booked() throws SQLException {
    return house.one("select coalesce(sum(balance), 0) from entry");
  }

  @Test
  void eight_threads_write_two_tables_in_transactions() throws Exception {
    House.crew(10, number -> jooq.transaction(tx -> book(tx.dsl(), number)));
    assertThat(balance()).isEqualTo(79 * 80 / 2);
    assertThat(booked()).isEqualTo(balance());
  }

  @Test
  void what_throws_leaves_nothing_in_either_table() throws SQLException {
    assertThatThrownBy(
            () ->
                jooq.transaction(
                    tx -> {
                      book(tx.dsl(), 7);
                      throw new IOException("mine");
                    }))
        .isInstanceOf(DataAccessException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThat(balance() + booked()).isZero();
  }

  @Test
  void an_inner_transaction_is_a_savepoint_on_the_same_connection() throws SQLException {
    jooq.transaction(
        outer -> {
          book(outer.dsl(), 1);
          assertThatThrownBy(
                  () ->
                      outer
                          .dsl()
                          .transaction(
                              inner -> {
                                book(inner.dsl(), 10);
                                assertThat(house.inUse()).isOne();
                                inner.dsl().insertInto(ACCOUNT, ID).values(1).execute();
                              }))
              .isInstanceOf(IntegrityConstraintViolationException.class);
          outer.dsl().transaction(inner -> book(inner.dsl(), 100));
        });
    assertThat(balance()).isEqualTo(101);
    assertThat(booked()).isEqualTo(101);
  }

  @Test
  void batches_and_cursors_end_with_what_they_were_opened_for() throws SQLException {
    jooq.batch(
            IntStream.rangeClosed(2, 500)
                .mapToObj(i -> jooq.insertInto(ACCOUNT, ID, BALANCE).values(i, i))
                .toList())
        .execute();
    jooq.transaction(
        tx -> {
          try (Stream<Record> rows =
              tx.dsl().select().from(ACCOUNT).orderBy(ID).fetchSize(10).stream()) {
            assertThat(rows.limit(25).mapToInt(row -> row.get(ID)).sum()).isEqualTo(25 * 26 / 2);
          }
        });
    try (var cursor = jooq.select().from(ACCOUNT).fetchLazy()) {
      assertThat(cursor.fetchNext(3)).hasSize(3);
      assertThat(house.inUse()).isOne();
    }
    assertThat(house.inUse()).isZero();
  }

  @Test
  void takes_part_in_a_transaction_of_Weirs() throws SQLException {
    DSLContext joining = DSL.using(house.joiningDataSource(), SQLDialect.POSTGRES);
    house
        .connections()
        .useTransaction(
            c -> {
              book(joining, 1);
              joining.transaction(tx -> book(tx.dsl(), 2));
              assertThat(house.inUse()).isOne();
              assertThat(House.one(c, "select count(*) from entry")).isEqualTo(2);
            });
    assertThat(balance()).isEqualTo(3);
    assertThatThrownBy(
            () ->
                house
                    .connections()
                    .useTransaction(
                        _ -> {
                          book(joining, 4);
                          joining.transaction(tx -> book(tx.dsl(), 8));
                          throw new IOException("mine");
                        }))
        .isInstanceOf(IOException.class);
    assertThat(booked()).isEqualTo(3);
  }
}
