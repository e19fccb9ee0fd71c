package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ConfigLoader;
import dev.weir.config.WeirConfig;
import dev.weir.config.keys.Catalogue;
import dev.weir.config.keys.Key;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No setting of the pool is dead: each, read from the environment or from a system property,
 * changes what the server shows or what a caller meets. Who adds a key adds a line to {@link
 * #bindings}.
 */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class SettingsBindTest {

  private static final String LANE = "lanes.<name>.";

  /** Without it {@code pool.adapt.size} would show nothing; further by {@code AdaptationTest}. */
  private static final Set<String> SHOWN_BESIDE_ANOTHER = Set.of("pool.adapt.ceiling");

  private final TestDatabase database;
  private final TestDatabase other;
  private final Path directory;
  private final String one;
  private final String two;

  SettingsBindTest(TestDatabase database, @TempDir Path directory) {
    this.database = database;
    this.other = database.server().freshDatabase();
    this.directory = directory;
    this.one = "one_" + database.name();
    this.two = "two_" + database.name();
  }

  @BeforeAll
  void createLogins() throws SQLException {
    sql("create role %s login password 'right'; create role %s login password 'right'");
  }

  @AfterAll
  void remove() throws SQLException {
    other.close();
    sql("drop role %s; drop role %s");
  }

  private void sql(String text) throws SQLException {
    try (Connection own = database.dataSource().getConnection();
        Statement statement = own.createStatement()) {
      statement.execute(text.formatted(one, two));
    }
  }

  private String file(String password) throws IOException {
    return Files.writeString(directory.resolve(password), password).toString();
  }

  /** What each key changes. */
  private List<Binding> bindings() throws IOException {
    return Stream.of(server(), pool(), together(), lanes(), guards(), logins())
        .flatMap(List::stream)
        .toList();
  }

  private List<Binding> server() throws IOException {
    return List.of(
        Binding.of("postgres.url", Probes.sql("select current_database()"))
            .when(database.jdbcUrl(), database.name())
            .when(other.jdbcUrl(), other.name()),
        Binding.of("postgres.user", Probes.sql("select session_user"))
            .beside("postgres.password", "right")
            .when(one, one)
            .when(two, two),
        Binding.of("postgres.password", Probes::login)
            .beside("postgres.user", one)
            .when("right", "in")
            .when("wrong", "28P01"),
        Binding.of("postgres.password-file", Probes::login)
            .beside("postgres.user", one)
            .when(file("right"), "in")
            .when(file("wrong"), "28P01"),
        Binding.of("postgres.connect-timeout", Probes::patience)
            .when("1s", "short")
            .when("4s", "long"),
        Binding.of("postgres.pooler", Probes.sql("show statement_timeout"))
            .beside("lanes.batch.statement-timeout", "1234ms")
            .when("none", "1234ms")
            .when("transaction", "0"));
  }

  private List<Binding> pool() {
    return List.of(
        Binding.of("pool.min", Probes.sessions(database)).when("2", "2").when("3", "3"),
        Binding.of("pool.max", Probes.most("batch")).when("1", "1").when("3", "3"),
        Binding.of("pool.wait", Probes::waiting)
            .beside("pool.max", "1")
            .when("500ms", "short")
            .when("1500ms", "long"),
        Binding.of(
                "pool.sql-comments",
                Probes.sql(
                    "select query like '%ord' || 'ers%' from pg_stat_activity"
                        + " where pid = pg_backend_pid()"))
            .when("off", "f")
            .when("name", "t"));
  }

  private static List<Binding> together() {
    return List.of(
        Binding.of("pool.adapt.limit", Probes::tries).when("off", "false").when("on", "true"),
        Binding.of("pool.adapt.size", Probes::size)
            .beside("pool.max", "3")
            .beside("pool.adapt.ceiling", "4")
            .when("on", "4")
            .when("off", "3"),
        Binding.of("pool.fleet", Probes.fleet(2))
            .beside("pool.max", "8")
            .when("orders", "orders")
            .when("mails", "mails"),
        Binding.of("pool.fleet-weight", Probes.fleet(4))
            .beside("pool.max", "8")
            .beside("pool.fleet", "orders")
            .when("2", "2")
            .when("7", "7"));
  }

  private List<Binding> lanes() {
    return List.of(
        Binding.of("lanes", Probes::declared)
            .when("exports", "unknown")
            .when("exports,reports", "declared"),
        Binding.of(LANE + "reserved", Probes.most("interactive"))
            .beside("pool.max", "3")
            .when("0", "3")
            .when("2", "1"),
        Binding.of(LANE + "limit", Probes.most("batch"))
            .beside("pool.max", "3")
            .when("1", "1")
            .when("2", "2"),
        Binding.of(LANE + "weight", Probes::share)
            .beside("pool.max", "1")
            .when("1", "few")
            .when("100", "most"),
        Binding.of(LANE + "queue-bound", Probes::refusal)
            .beside("pool.max", "1")
            .beside("lanes.batch.shed", "off")
            .when("0", "QUEUE_FULL")
            .when("1", "DEADLINE"),
        Binding.of(LANE + "deadline", Probes::length).when("100ms", "cut").when("50s", "whole"),
        Binding.of(LANE + "shed", Probes::crowd)
            .beside("pool.max", "1")
            .when("off", "keeps all")
            .when("1ms", "sheds"));
  }

  private List<Binding> guards() {
    return List.of(
        Binding.of(LANE + "statement-timeout", Probes.sql(setting("statement_timeout")))
            .when("1234ms", "1234")
            .when("none", "0"),
        Binding.of(LANE + "lock-timeout", Probes.sql(setting("lock_timeout")))
            .when("1234ms", "1234")
            .when("none", "0"),
        Binding.of(
                LANE + "idle-in-transaction-timeout",
                Probes.sql(setting("idle_in_transaction_session_timeout")))
            .when("1234ms", "1234")
            .when("none", "0"),
        Binding.of(LANE + "read-only", Probes.sql(setting("transaction_read_only")))
            .when("false", "off")
            .when("true", "on"),
        Binding.of(LANE + "role", Probes.sql("select current_user")).when(one, one).when(two, two));
  }

  /** A login of the lane's own, whose part of the pool is its limit. */
  private List<Binding> logins() throws IOException {
    return List.of(
        Binding.of(LANE + "user", Probes.sql("select session_user"))
            .beside("lanes.batch.limit", "2")
            .beside("lanes.batch.password", "right")
            .when(one, one)
            .when(two, two),
        Binding.of(LANE + "password", Probes::login)
            .beside("lanes.batch.limit", "2")
            .beside("lanes.batch.user", one)
            .when("right", "in")
            .when("wrong", "28P01"),
        Binding.of(LANE + "password-file", Probes::login)
            .beside("lanes.batch.limit", "2")
            .beside("lanes.batch.user", one)
            .when(file("right"), "in")
            .when(file("wrong"), "28P01"));
  }

  private static String setting(String name) {
    return "select setting from pg_settings where name = '%s'".formatted(name);
  }

  private static Stream<String> keys() {
    return Catalogue.KEYS.stream().map(Key::path).filter(SettingsBindTest::isOfPool);
  }

  private static boolean isOfPool(String path) {
    return Stream.of("postgres.", "pool.", "lanes").anyMatch(path::startsWith)
        && !SHOWN_BESIDE_ANOTHER.contains(path);
  }

  @Test
  void every_key_is_looked_at() throws IOException {
    assertThat(bindings())
        .extracting(Binding::key)
        .containsExactlyInAnyOrderElementsOf(keys().toList());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void changes_what_is_seen(String key) throws Exception {
    Binding binding =
        bindings().stream().filter(each -> each.key().equals(key)).findFirst().orElseThrow();
    assertThat(binding.seen().values()).doesNotHaveDuplicates().hasSizeGreaterThan(1);
    boolean variables = true;
    for (Map.Entry<String, String> value : binding.seen().entrySet()) {
      WeirConfig config = read(settings(binding, value.getKey()), variables);
      assertThat(binding.probe().of(config, value.getValue()))
          .as("%s = %s", key, value.getKey())
          .isEqualTo(value.getValue());
      variables = !variables;
    }
  }

  private Map<String, String> settings(Binding binding, String value) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("postgres.url", database.jdbcUrl());
    settings.put("postgres.user", database.user());
    settings.put("postgres.password", database.password());
    settings.put("pool.min", "0");
    settings.put("pool.wait", "50s");
    settings.put("shutdown.hook", "false");
    settings.putAll(binding.beside());
    settings.put(binding.key().replace(Key.NAME, "batch"), value);
    if (settings.containsKey("postgres.password-file")) {
      settings.remove("postgres.password");
    }
    return settings;
  }

  /** As a service reads them: from variables of the environment, or from system properties. */
  private static WeirConfig read(Map<String, String> settings, boolean variables) {
    if (variables) {
      return ConfigLoader.empty()
          .environment(
              settings.entrySet().stream()
                  .collect(
                      Collectors.toMap(it -> Catalogue.variable(it.getKey()), Map.Entry::getValue)))
          .load();
    }
    var properties = new Properties();
    settings.forEach((key, value) -> properties.setProperty("weir." + key, value));
    return ConfigLoader.empty().systemProperties(properties).load();
  }
}
