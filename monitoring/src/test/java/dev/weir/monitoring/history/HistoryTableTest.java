package dev.weir.monitoring.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.SettableTime;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RealServers
@Timeout(180)
class HistoryTableTest {

  private final SettableTime time = SettableTime.create();
  private final Map<String, Double> values = new HashMap<>();
  private final TestDatabase database;

  HistoryTableTest(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void empty() {
    run("DROP SCHEMA IF EXISTS weir CASCADE");
  }

  private void run(String sql) {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private History process(String instance) {
    return History.of(List.of(() -> Map.copyOf(values)), time)
        .persist(HistoryStorage.in(database.dataSource(), instance));
  }

  private void minutes(History history, int minutes, double value) {
    values.put("pool.used", value);
    for (int i = 0; i < minutes; i++) {
      history.read();
      time.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void a_restart_finds_points_baselines_and_the_hour_under_way() {
    History before = process("orders-1");
    minutes(before, 4 * 1_440 + 30, 10);
    before.save();
    History after = process("orders-1");
    assertThat(after.points("pool.used", Duration.ofDays(1))).hasSizeBetween(1_438, 1_440);
    values.put("pool.used", 10.0);
    after.read();
    Baseline baseline = after.baseline("pool.used").orElseThrow();
    assertThat(baseline.days()).isGreaterThanOrEqualTo(3);
    assertThat(baseline.median()).isEqualTo(10);
    assertThat(after.failures()).isZero();

    minutes(after, 10, 11);
    after.save();
    assertThat(process("orders-1").points("pool.used", Duration.ofMinutes(41)))
        .as("both parts of the hour")
        .hasSize(40);
  }

  @Test
  void a_process_of_a_new_name_reads_what_was_written_last() {
    History before = process("pod-a");
    minutes(before, 90, 5);
    before.save();
    assertThat(process("pod-b").points("pool.used", Duration.ofDays(1))).hasSize(90);
  }

  @Test
  void what_is_older_than_two_weeks_is_deleted() throws SQLException {
    History history = process("orders-1");
    minutes(history, 70, 5);
    time.advance(Duration.ofDays(15));
    minutes(history, 70, 6);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM weir.history_hour")) {
      rows.next();
      assertThat(rows.getInt(1)).isBetween(1, 24);
    }
  }

  @Test
  void a_database_that_is_away_is_counted_and_made_up_for() {
    History history =
        History.of(List.of(() -> Map.copyOf(values)), time)
            .persist(HistoryStorage.in(database.dataSource(), "orders-1").createTable(false));
    minutes(history, 150, 5);
    assertThat(history.failures()).isGreaterThanOrEqualTo(2);
    run(HistoryStorage.DDL);
    history.save();
    long failures = history.failures();
    assertThat(process("orders-1").points("pool.used", Duration.ofDays(1))).hasSize(150);
    assertThat(history.failures()).isEqualTo(failures);
  }

  @Test
  void is_asked_for_once_and_by_a_name() {
    History history = process("orders-1");
    HistoryStorage storage = HistoryStorage.in(database.dataSource(), "orders-1");
    assertThatThrownBy(() -> history.persist(storage)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> HistoryStorage.in(database.dataSource(), " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("instance must not be blank");
  }
}
