package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.ChildProgram;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole JVM stands still (SIGSTOP; a long pause of the collector looks the same). */
@RealServers
@Tag("faults")
class StoppedJvmTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Longer by flag: -Dweir.freeze.seconds=10. */
  private static final int SECONDS = Integer.getInteger("weir.freeze.seconds", 3);

  private static final Pattern FIGURES =
      Pattern.compile(
          "failed=(\\d+) lost=(\\d+) logins=(\\d+) connections=(\\d+) deadline=(\\d+)ms");

  private final TestDatabase database;
  private @TempDir Path directory;

  StoppedJvmTest(TestDatabase database) {
    this.database = database;
  }

  private int backends() {
    try (Connection own = database.dataSource().getConnection()) {
      return Pools.one(
          own,
          "select count(*) from pg_stat_activity where datname = current_database()"
              + " and application_name = 'weir'");
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void loses_no_connection_logs_in_no_more_and_keeps_its_deadlines() throws IOException {
    try (ChildProgram child =
        ChildProgram.Setup.of(FrozenService.class, directory)
            .start(database.jdbcUrl(), database.user(), database.password())) {
      child.awaitOutput("ready");
      child.signal("STOP");
      int before = backends();
      long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      Await.until(PATIENCE, "it is time", () -> System.nanoTime() - end > 0);
      child.signal("CONT");
      child.endInput();
      assertThat(child.awaitExit(PATIENCE.multipliedBy(2))).as(child.output()).isZero();
      Matcher figures = FIGURES.matcher(child.output());
      assertThat(figures.find()).as(child.output()).isTrue();
      FaultLog.note(
          "SIGSTOP of the JVM for %d s under 40 callers".formatted(SECONDS),
          "failed %s, connections lost %s of %d, logins %s; a deadline of 2000 ms ended after %s ms",
          figures.group(1),
          figures.group(2),
          before,
          figures.group(3),
          figures.group(5));
      assertThat(figures.group(1)).as("failed").isEqualTo("0");
      assertThat(Integer.parseInt(figures.group(5)))
          .as("the stop counts, so it ended soon after it")
          .isBetween(1_995, SECONDS * 1_000 + 20_000);
      // One socket may be cut: that of the call whose cancel was not answered in the grace.
      assertThat(Integer.parseInt(figures.group(2))).isLessThanOrEqualTo(1);
      assertThat(Integer.parseInt(figures.group(3))).as("logins").isLessThanOrEqualTo(8);
    }
  }
}
