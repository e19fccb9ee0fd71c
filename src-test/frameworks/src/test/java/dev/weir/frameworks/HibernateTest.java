package dev.weir.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.OptimisticLockException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.hibernate.LazyInitializationException;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Hibernate ORM, with sessions and transactions of its own and in a transaction of Weir's. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class HibernateTest {

  private static final int BATCH = 50;

  private House house;
  private SessionFactory factory;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    house = House.open(database, 5);
    factory = factory(house.dataSource(), "create");
  }

  @AfterAll
  void close() {
    factory.close();
    house.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    house.sql("truncate customer, purchase");
  }

  @AfterEach
  void rest() throws SQLException {
    house.assertAtRest();
  }

  private static SessionFactory factory(DataSource source, String schema) {
    EntityManagerFactory made =
        new HibernatePersistenceConfiguration("shop")
            .managedClasses(Customer.class, Purchase.class)
            .property(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, source)
            .property(AvailableSettings.HBM2DDL_AUTO, schema)
            .property(AvailableSettings.STATEMENT_BATCH_SIZE, BATCH)
            .property(AvailableSettings.ORDER_INSERTS, true)
            .property(AvailableSettings.GENERATE_STATISTICS, true)
            .createEntityManagerFactory();
    return made.unwrap(SessionFactory.class);
  }

  private int customers() throws SQLException {
    return house.one("select count(*) from customer");
  }

  private int purchases() throws SQLException {
    return house.one("select count(*) from purchase");
  }

  private long saved(Customer customer) {
    return factory.fromTransaction(
        session -> {
          session.persist(customer);
          return Objects.requireNonNull(customer.id);
        });
  }

  private static Customer known(Session session, long id) {
    return Objects.requireNonNull(session.find(Customer.class, id));
  }

  @Test
  void eight_threads_write_read_and_change_two_tables() throws Exception {
    House.crew(
        10,
        number -> {
          long id = saved(new Customer("c" + number).buys("tea").buys("milk").buys("cups"));
          factory.inTransaction(session -> known(session, id).name = "d" + number);
          int bought = factory.fromSession(session -> known(session, id).purchases.size());
          assertThat(bought).isEqualTo(3);
        });
    assertThat(house.one("select count(*) from customer where name like 'd%' and version = 1"))
        .isEqualTo(80);
    assertThat(purchases()).isEqualTo(240);
  }

  @Test
  void what_throws_leaves_nothing_in_either_table() throws SQLException {
    assertThatThrownBy(
            () ->
                factory.inTransaction(
                    session -> {
                      session.persist(new Customer("gone").buys("tea"));
                      session.flush();
                      assertThat(house.inUse()).isOne();
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
    assertThat(customers() + purchases()).isZero();
  }

  @Test
  void inserts_go_in_batches() throws SQLException {
    var statistics = factory.getStatistics();
    statistics.clear();
    var one = new Customer("c");
    for (int i = 0; i < 200; i++) {
      one.buys("item " + i);
    }
    saved(one);
    assertThat(purchases()).isEqualTo(200);
    assertThat(statistics.getPrepareStatementCount()).isLessThan(20);
  }

  @Test
  void who_comes_second_with_an_old_version_is_told() throws SQLException {
    long id = saved(new Customer("first"));
    assertThatThrownBy(
            () ->
                factory.inTransaction(
                    late -> {
                      Customer seen = known(late, id);
                      factory.inTransaction(other -> known(other, id).name = "second");
                      seen.name = "third";
                    }))
        .hasCauseInstanceOf(OptimisticLockException.class);
    assertThat(house.one("select count(*) from customer where name = 'second'")).isOne();
  }

  @Test
  void a_second_session_inside_borrows_anew_and_commits_by_itself() throws SQLException {
    assertThatThrownBy(
            () ->
                factory.inTransaction(
                    outer -> {
                      outer.persist(new Customer("outer"));
                      outer.flush();
                      factory.inTransaction(
                          inner -> {
                            inner.persist(new Customer("inner"));
                            inner.flush();
                            assertThat(house.inUse()).isEqualTo(2);
                          });
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
    assertThat(house.one("select count(*) from customer where name = 'inner'")).isOne();
    assertThat(customers()).isOne();
  }

  @Test
  void what_was_not_loaded_before_the_end_holds_no_connection_afterwards() {
    long id = saved(new Customer("lazy").buys("tea"));
    Customer left = factory.fromTransaction(session -> known(session, id));
    assertThat(house.inUse()).isZero();
    assertThatThrownBy(() -> left.purchases.size()).isInstanceOf(LazyInitializationException.class);
  }

  @Test
  void its_tools_read_the_schema_by_metadata() {
    factory(house.dataSource(), "validate").close();
    factory(house.dataSource(), "update").close();
  }

  @Test
  void takes_part_in_a_transaction_of_Weirs() throws SQLException {
    try (SessionFactory joining = factory(house.joiningDataSource(), "none")) {
      house
          .connections()
          .useTransaction(
              c -> {
                joining.inTransaction(session -> session.persist(new Customer("a").buys("tea")));
                assertThat(House.one(c, "select count(*) from purchase")).isOne();
                assertThat(house.inUse()).isOne();
              });
      assertThat(customers() + purchases()).isEqualTo(2);
      assertThatThrownBy(
              () ->
                  house
                      .connections()
                      .useTransaction(
                          _ -> {
                            joining.inTransaction(s -> s.persist(new Customer("b").buys("tea")));
                            throw new IOException("mine");
                          }))
          .isInstanceOf(IOException.class);
      assertThat(customers() + purchases()).isEqualTo(2);
    }
  }
}
