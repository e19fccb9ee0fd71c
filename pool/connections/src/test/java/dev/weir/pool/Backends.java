package dev.weir.pool;

import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** What the server says of its processes, asked over a connection of the test's own. */
public final class Backends {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Backends() {}

  public static void awaitActive(TestDatabase database, int pid) {
    await(database, pid, "active");
  }

  public static void awaitIdle(TestDatabase database, int pid) {
    await(database, pid, "idle");
  }

  private static void await(TestDatabase database, int pid, String state) {
    try (Connection own = database.dataSource().getConnection()) {
      Await.until(PATIENCE, "backend " + pid + " is " + state, () -> is(own, pid, state));
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  public static boolean is(Connection own, int pid, String state) {
    try (PreparedStatement ask =
        own.prepareStatement("select state like ? || '%' from pg_stat_activity where pid = ?")) {
      ask.setString(1, state);
      ask.setInt(2, pid);
      try (ResultSet rows = ask.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }
}
