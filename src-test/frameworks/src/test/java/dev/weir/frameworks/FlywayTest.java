package dev.weir.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flyway changes the schema over the connections that the service works on. */
@RealServers
class FlywayTest {

  private static final String TABLES =
      "create table person (id int primary key, name text);"
          + " create table visit (person int references person, day date);";

  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private final House house;
  private final String schema;
  private final Path directory;

  FlywayTest(TestDatabase database, @TempDir Path directory) throws SQLException {
    this.house = House.open(database, 12);
    this.schema = "app" + SCHEMAS.incrementAndGet();
    this.directory = directory;
  }

  @BeforeEach
  void two_versions() throws IOException {
    version(1, TABLES);
    version(2, "insert into person values (1, 'one'); alter table person add age int;");
  }

  @AfterEach
  void rest() throws SQLException {
    try (house) {
      house.assertAtRest();
    }
  }

  private void version(int number, String sql) throws IOException {
    Files.writeString(directory.resolve("V" + number + "__step.sql"), sql);
  }

  private FluentConfiguration settings() {
    return Flyway.configure()
        .dataSource(house.dataSource())
        .defaultSchema(schema)
        .locations("filesystem:" + directory);
  }

  private int migrated() {
    return settings().load().migrate().migrationsExecuted;
  }

  private int versions() throws SQLException {
    return house.one("select count(version) from " + schema + ".flyway_schema_history");
  }

  @Test
  void migrates_two_versions_once() throws SQLException {
    assertThat(migrated()).isEqualTo(2);
    assertThat(migrated()).isZero();
    assertThat(versions()).isEqualTo(2);
    assertThat(house.one("select count(*) from " + schema + ".person where age is null")).isOne();
    settings().load().validate();
  }

  @Test
  void many_at_the_same_time_do_each_version_once() throws Exception {
    var steps = new AtomicInteger();
    House.crew(1, _ -> steps.addAndGet(migrated()));
    assertThat(steps).hasValue(2);
    assertThat(versions()).isEqualTo(2);
  }

  @Test
  void one_that_fails_leaves_nothing() throws Exception {
    version(3, "create table half (id int); insert into half values (1); select 1 / 0;");
    assertThatThrownBy(this::migrated)
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("division by zero");
    assertThat(versions()).isEqualTo(2);
    assertThat(house.one("select count(*) from pg_tables where tablename = 'half'")).isZero();
    version(3, "create table half (id int);");
    assertThat(migrated()).isOne();
  }

  @Test
  void an_index_is_built_concurrently_outside_a_transaction() throws Exception {
    version(3, "create index concurrently person_name on person (name);");
    FluentConfiguration beside = settings();
    Objects.requireNonNull(
            beside.getConfigurationExtension(PostgreSQLConfigurationExtension.class), "PostgreSQL")
        .setTransactionalLock(false);
    assertThat(beside.load().migrate().migrationsExecuted).isEqualTo(3);
    assertThat(
            house.one(
                "select count(*) from pg_index where indisvalid and indexrelid ="
                    + " '%s.person_name'::regclass".formatted(schema)))
        .isOne();
  }

  @Test
  void settings_that_a_migration_leaves_reach_nobody() throws Exception {
    version(3, "set work_mem = '123kB'; set search_path = pg_catalog; set role pg_monitor;");
    assertThat(migrated()).isEqualTo(3);
  }
}
