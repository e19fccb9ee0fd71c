package dev.weir.monitoring.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PoolConfig;
import dev.weir.config.Profile;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.SettableTime;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.wire.MessagePattern;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each "process" is a Slos of its own, with counters of its own. */
@RealServers
@Timeout(180)
class PersistenceTest {

  private static final Slo SLO =
      Slo.errors("checkout-works", Subject.operation("checkout"))
          .target(0.999)
          .window(Duration.ofDays(90));

  private final SettableTime time = SettableTime.create();
  private final SystemTasks system =
      SystemTasks.open(List.of(), time.scheduler(), time, time::nanos);

  @BeforeEach
  void empty(TestDatabase database) {
    run(database, "DROP SCHEMA IF EXISTS weir CASCADE");
  }

  @AfterEach
  void close() {
    system.close();
  }

  private Slos process(SloStorage storage) {
    return process(storage, SLO);
  }

  private Slos process(SloStorage storage, Slo slo) {
    return Slos.of(List.of(slo), time, time::nanos).persist(storage, system);
  }

  private static void calls(Slos slos, int good, int bad) {
    Operation checkout = slos.operation("checkout");
    for (int i = 0; i < good + bad; i++) {
      checkout.record(1, i < good);
    }
  }

  private static List<Long> counts(Slos slos) {
    SloReport report = slos.reports().getFirst();
    return List.of(report.good(), report.bad());
  }

  private static void run(TestDatabase database, String sql) {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Nested
  class A_restart {

    @Test
    void finds_its_windows_again_at_the_moments_they_are_of(TestDatabase database) {
      SloStorage storage = SloStorage.in(database.dataSource()).instance("orders-1");
      Slos before = process(storage);
      calls(before, 900, 100);
      before.tick();
      time.advance(Duration.ofDays(20));
      calls(before, 50, 0);
      before.save();
      before.close();

      time.advance(Duration.ofHours(2));
      Slos after = process(storage);
      assertThat(counts(after)).containsExactly(950L, 100L);
      SloReport report = after.reports().getFirst();
      assertThat(report.burns().getFirst().calls()).as("nothing in the last hour").isZero();
      assertThat(report.burns().get(2).calls()).as("the last day").isEqualTo(50);
      assertThat(report.everGood()).as("of this process").isZero();
      assertThat(report.burns().get(3).coverage()).isEqualTo(1);
      calls(after, 1, 1);
      after.save();
      after.close();
      assertThat(counts(process(storage))).containsExactly(951L, 101L);
      time.advance(Duration.ofDays(71));
      assertThat(counts(process(storage))).as("90 days later").containsExactly(51L, 1L);
    }

    @Test
    void under_another_name_takes_over_what_the_dead_has_left_once(TestDatabase database) {
      SloStorage storage = SloStorage.in(database.dataSource()).interval(Duration.ofSeconds(1));
      Slos before = process(storage);
      calls(before, 10, 2);
      before.save();
      before.close();
      run(database, "UPDATE weir.slo_window SET saved_at = now() - interval '1 hour'");

      Slos after = process(storage.instance("pod-b"));
      assertThat(counts(after)).containsExactly(10L, 2L);
      calls(after, 5, 0);
      after.save();
      Slos third = process(storage.instance("pod-c"));
      assertThat(counts(third)).containsExactly(15L, 2L);
      after.save();
      assertThat(counts(after)).containsExactly(15L, 2L);
    }

    @Test
    void whose_objective_asks_for_something_else_begins_anew(TestDatabase database) {
      SloStorage storage = SloStorage.in(database.dataSource()).instance("orders-1");
      Slos before =
          process(
              storage, Slo.latency("fast", Subject.operation("checkout"), Duration.ofMillis(100)));
      calls(before, 3, 0);
      before.save();
      Slos after =
          process(
              storage, Slo.latency("fast", Subject.operation("checkout"), Duration.ofMillis(200)));
      assertThat(counts(after)).containsExactly(0L, 0L);
    }

    @Test
    void with_a_clock_that_was_set_back_keeps_the_counts(TestDatabase database) {
      SloStorage storage = SloStorage.in(database.dataSource()).instance("orders-1");
      Slos before = process(storage);
      calls(before, 7, 3);
      before.save();
      time.moveWallClock(Instant.parse("2025-12-31T20:00:00Z"));
      assertThat(counts(process(storage))).containsExactly(7L, 3L);
    }

    @Test
    void passes_over_rows_that_it_cannot_read(TestDatabase database) {
      SloStorage storage = SloStorage.in(database.dataSource()).instance("orders-1");
      Slos before = process(storage);
      calls(before, 7, 3);
      before.save();
      run(database, "UPDATE weir.slo_window SET counts = '\\xdeadbeef'");
      Slos after = process(storage);
      assertThat(counts(after)).containsExactly(0L, 0L);
      assertThat(after.storage().orElseThrow().unreadable()).isOne();
    }
  }

  @Nested
  class Two_instances {

    @Test
    void see_the_sum_and_count_nothing_twice(TestDatabase database) {
      SloStorage storage = SloStorage.in(database.dataSource());
      Slos one = process(storage.instance("a"));
      Slos two = process(storage.instance("b"));
      for (int round = 1; round <= 3; round++) {
        calls(one, 10, 1);
        calls(two, 20, 2);
        one.save();
        two.save();
        one.save();
        assertThat(counts(one)).containsExactly(30L * round, 3L * round);
        assertThat(counts(two)).isEqualTo(counts(one));
      }
    }

    @Test
    void know_what_one_that_is_gone_has_counted_for_as_long_as_they_live(TestDatabase database) {
      SloStorage storage = SloStorage.in(database.dataSource());
      Slos gone = process(storage.instance("gone"));
      Slos stays = process(storage.instance("stays"));
      calls(gone, 6, 4);
      gone.save();
      gone.close();
      run(
          database,
          "UPDATE weir.slo_window SET saved_at = now() - interval '9 days' WHERE instance = 'gone'");
      stays.save();
      assertThat(counts(stays)).containsExactly(6L, 4L);
    }

    @Test
    void lose_nothing_if_one_that_lives_was_taken_for_dead(TestDatabase database) {
      SloStorage storage = SloStorage.in(database.dataSource());
      Slos slow = process(storage.instance("slow"));
      calls(slow, 100, 10);
      slow.save();
      run(database, "UPDATE weir.slo_window SET saved_at = now() - interval '1 hour'");
      Slos heir = process(storage.instance("heir"));
      assertThat(counts(heir)).containsExactly(100L, 10L);

      calls(slow, 5, 1);
      slow.save();
      heir.save();
      assertThat(counts(slow)).containsExactly(105L, 11L);
      assertThat(counts(heir)).containsExactly(105L, 11L);
    }
  }

  @Nested
  class A_database {

    @Test
    void that_is_away_costs_nothing_but_a_count_and_is_tried_again(TestDatabase database) {
      SloStorage storage =
          SloStorage.in(database.dataSource()).createTable(false).interval(Duration.ofSeconds(30));
      Slos slos = process(storage); // without its table, as good as away
      calls(slos, 8, 2);
      slos.save();
      assertThat(slos.storage().orElseThrow().failures()).isEqualTo(2);
      assertThat(slos.storage().orElseThrow().lastFailure()).contains("slo_window");
      assertThat(counts(slos)).containsExactly(8L, 2L);

      run(database, SloStorage.DDL);
      Await.until(
          Duration.ofSeconds(20),
          "a save in the background",
          () -> {
            time.advance(Duration.ofSeconds(30));
            return slos.storage().orElseThrow().saved() > 0;
          });
      assertThat(slos.storage().orElseThrow().lastFailure()).isEmpty();
      assertThat(counts(process(storage.instance("other")))).containsExactly(8L, 2L);
    }

    @Test
    void whose_answer_to_the_first_commit_is_lost_has_nothing_counted_twice(TestDatabase database) {
      SloStorage direct = SloStorage.in(database.dataSource());
      Slos before = process(direct.instance("orders-1"));
      calls(before, 40, 4);
      before.save();
      before.close();
      try (TcpProxy proxy =
              TcpProxy.toPostgres(database.server().host(), database.server().port());
          SystemTasks real = SystemTasks.open();
          UnifiedConnectionManager connections = through(proxy, database, real)) {
        proxy.cutBefore(MessagePattern.committed());
        Slos after = process(SloStorage.in(connections.dataSource()).instance("orders-1"));
        assertThat(after.storage().orElseThrow().failures()).isOne();
        calls(after, 2, 1);
        assertThat(counts(after)).as("not read yet").containsExactly(2L, 1L);
        for (int save = 0; save < 3; save++) {
          after.save();
          assertThat(counts(after)).containsExactly(42L, 5L);
        }
        assertThat(after.storage().orElseThrow().failures()).isOne();
      }
    }

    private UnifiedConnectionManager through(
        TcpProxy proxy, TestDatabase database, SystemTasks real) {
      WeirConfig config = WeirConfig.defaults(Profile.TEST);
      String url =
          "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), database.name());
      return UnifiedConnectionManager.open(
          ConnectionSettings.of(
              config
                  .postgres(
                      config
                          .postgres()
                          .url(url)
                          .user(database.user())
                          .password(Secret.of(database.password())))
                  .pool(new PoolConfig(1, 2, Duration.ofSeconds(20)))),
          real,
          List.of());
    }

    @Test
    void whose_owner_makes_the_table_himself_needs_no_right_to_create(TestDatabase database) {
      run(database, SloStorage.DDL);
      String writer = database.name() + "_writer";
      run(database, "CREATE ROLE \"" + writer + "\"");
      run(database, "GRANT USAGE ON SCHEMA weir TO \"" + writer + "\"");
      run(
          database,
          "GRANT SELECT, INSERT, UPDATE, DELETE ON weir.slo_window TO \"" + writer + "\"");
      run(database, "ALTER DATABASE \"" + database.name() + "\" SET role = '" + writer + "'");
      try {
        Slos slos = process(SloStorage.in(database.dataSource()));
        assertThat(slos.storage().orElseThrow().lastFailure()).isEmpty();
        assertThat(slos.storage().orElseThrow().saved()).isOne();
      } finally {
        run(database, "SET ROLE NONE; ALTER DATABASE \"" + database.name() + "\" RESET role");
        run(database, "DROP OWNED BY \"" + writer + "\"; DROP ROLE \"" + writer + "\"");
      }
    }
  }

  @Test
  void a_storage_without_a_name_or_too_hasty_is_refused(TestDatabase database) {
    SloStorage storage = SloStorage.in(database.dataSource());
    assertThatThrownBy(() -> storage.instance(" ")).hasMessageContaining("instance = ' '");
    assertThatThrownBy(() -> storage.interval(Duration.ofMillis(999)))
        .hasMessageContaining("interval = PT0.999S");
    assertThat(storage.instance()).isNotEqualTo(SloStorage.in(database.dataSource()).instance());
  }

  @Test
  void is_asked_for_once(TestDatabase database) {
    SloStorage storage = SloStorage.in(database.dataSource());
    Slos slos = process(storage);
    assertThatThrownBy(() -> slos.persist(storage, system))
        .isInstanceOf(IllegalStateException.class);
  }
}
