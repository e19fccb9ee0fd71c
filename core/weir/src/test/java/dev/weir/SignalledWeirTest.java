package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.ChildProgram;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real children under load, on a real server; {@code -Dweir.sigterms=50} for the long form. */
@RealServers
@Tag("faults")
class SignalledWeirTest {

  private static final int SIGTERMS = Integer.getInteger("weir.sigterms", 5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  private final TestDatabase database;
  private @TempDir Path directory;

  SignalledWeirTest(TestDatabase database) {
    this.database = database;
  }

  private ChildProgram.Setup setup(Class<?> main, Path where, String budget) {
    return Houses.child(database, main, where)
        .option("-Dweir.shutdown.signals=true")
        .option("-Dweir.shutdown.budget=" + budget)
        .option("-Dweir.bulkheads.letters.limit=8")
        .option("-Dweir.bulkheads.letters.queue=40");
  }

  /** By turns with time enough for all that was accepted, and with too little. */
  @Test
  void loses_no_accepted_task_without_naming_it() throws IOException {
    int left = 0;
    for (int i = 0; i < SIGTERMS; i++) {
      Path where = Files.createDirectory(directory.resolve("run-" + i));
      if (i % 2 == 0) {
        assertThat(terminated(where, "20s", "select 1 from pg_sleep(0.01)"))
            .as("run %d", i)
            .isEmpty();
      } else {
        Set<String> named = terminated(where, "1s", "select 1 from pg_sleep(0.4)");
        assertThat(named).as("run %d", i).isNotEmpty();
        left += named.size();
      }
    }
    FaultLog.note(
        "SIGTERM of a loaded JVM",
        "%d times: accepted tasks lost unnamed 0, with time enough 0, with too little %d, all named",
        SIGTERMS,
        left);
  }

  /** The tasks that were left undone, each of which must have been named. */
  private Set<String> terminated(Path where, String budget, String sql) throws IOException {
    try (ChildProgram child =
        setup(LoadedService.class, where, budget).start(where.toString(), sql)) {
      child.awaitOutput("ready");
      child.signal("TERM");
      int code = child.awaitExit(PATIENCE);
      Set<String> left = new TreeSet<>(Ledger.accepted(where));
      left.removeAll(Ledger.ended(where));
      assertThat(left)
          .allSatisfy(task -> assertThat(child.output()).contains("task '" + task + "'"));
      assertThat(code).as(child.output()).isEqualTo(left.isEmpty() ? 0 : ENDED_BY_SIGTERM);
      return left;
    }
  }

  @Test
  void leaves_no_query_running_on_the_server_and_names_the_session() throws Exception {
    try (ChildProgram child =
        setup(BusyService.class, directory, "1s").start("select 1 from pg_sleep(600)")) {
      Await.until(PATIENCE, "the query runs", () -> sleeping() == 1);
      child.signal("TERM");

      assertThat(child.awaitExit(PATIENCE)).isEqualTo(ENDED_BY_SIGTERM);
      Await.until(Duration.ofSeconds(20), "no connection is left", () -> connected() == 0);
      assertThat(child.output())
          .contains("sessions (SESSIONS) left work undone")
          .contains("session of lane 'interactive' on thread 'a bystander', at dev.weir.");
    }
  }

  private int sleeping() {
    // Active: the look before this one has the same words in it, and its backend may not be gone.
    return count("and state = 'active' and query like '%pg_sleep(600)%'");
  }

  private int connected() {
    return count("");
  }

  private int count(String more) {
    try (Connection connection = database.dataSource().getConnection()) {
      return Houses.one(
          connection,
          "select count(*) from pg_stat_activity where datname = current_database()"
              + " and pid <> pg_backend_pid() "
              + more);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }
}
