package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigLoader;
import dev.weir.config.WeirConfig;
import dev.weir.pool.DatabaseUnavailableException;
import dev.weir.tasks.shutdown.Reloader.Reloaded;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reload does with settings that have changed. */
@RealServers
class ClosingTest {

  private ConfigLoader source;
  private WeirConfig first;
  private AtomicReference<WeirConfig> known;
  private Floors floors;
  private TestDatabase database;

  @BeforeEach
  void open(TestDatabase database) {
    this.database = database;
    source = Houses.settings(database);
    first = source.load();
    known = new AtomicReference<>(first);
    floors = Floors.open(Weir.builder().config(first));
  }

  @AfterEach
  void close() {
    floors.opened().closeAfter(new IllegalStateException("the end of the test"));
  }

  private Reloaded reload() {
    return Closing.reload(floors, known, source::load);
  }

  @Test
  void the_size_of_the_pool_takes_effect_and_what_else_has_changed_is_named() {
    source = source.set("pool.max", "9").set("health.interval", "31s");
    Reloaded found = reload();
    assertThat(found.applied()).containsExactly("pool.max: 4 -> 9");
    assertThat(found.needsRestart()).anyMatch(one -> one.startsWith("health.interval"));
    assertThat(found.needsRestart()).noneMatch(one -> one.startsWith("pool.max"));
    assertThat(floors.connections().snapshot().max()).isEqualTo(9);
    assertThat(reload().applied()).isEmpty();
  }

  @Test
  void a_password_that_is_refused_is_reported_and_the_old_one_stays() {
    source = source.set("postgres.password", "wrong");
    assertThatThrownBy(this::reload)
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageNotContaining("wrong");
    floors.connections().useSession(_ -> {});
  }

  @Test
  void the_same_settings_change_nothing() {
    assertThat(reload().applied()).isEmpty();
    assertThat(reload().needsRestart()).isEmpty();
  }

  @Test
  void a_password_that_a_lanes_own_login_has_in_a_file_is_read_anew(@TempDir Path directory)
      throws Exception {
    String reader = "reader_" + database.name();
    Path file = Files.writeString(directory.resolve("token"), "first");
    sql("create role %s login password 'first'".formatted(reader));
    source =
        source
            .set("lanes.batch.limit", "1")
            .set("lanes.batch.user", reader)
            .set("lanes.batch.password-file", file.toString());
    WeirConfig own = source.load();
    Floors lanes = Floors.open(Weir.builder().config(own));
    try {
      sql("alter role %s password 'second'".formatted(reader));
      Files.writeString(file, "second");
      Reloaded found = Closing.reload(lanes, new AtomicReference<>(own), source::load);
      assertThat(found.applied()).containsExactly("a password in a file or a callback: read anew");
      assertThat(found.needsRestart()).isEmpty();
    } finally {
      lanes.opened().closeAfter(new IllegalStateException("the end of the test"));
      sql("drop role " + reader);
    }
  }

  private void sql(String text) throws SQLException {
    floors
        .connections()
        .useSession(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                statement.execute(text);
              }
            });
  }
}
