package dev.weir.pool;

import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether the login may run as the roles that lanes name: tried once, before the first session. */
final class LaneRoles {

  private final Connection connection;
  private final List<String> problems = new ArrayList<>();
  private @Nullable SQLException first;

  private LaneRoles(Connection connection) {
    this.connection = connection;
  }

  /**
   * Tries each role on the server; nothing of it stays.
   *
   * @throws DatabaseUnavailableException if there is a role that cannot be had, with all of them
   * @throws SQLException if the server does not answer
   */
  static void check(ConnectionSettings settings, Admission admission) throws SQLException {
    Map<String, String> roles = new TreeMap<>();
    settings
        .lanes()
        .forEach(
            (name, lane) -> {
              String role = lane.role();
              if (role != null) {
                roles.put(name, role);
              }
            });
    if (roles.isEmpty()) {
      return;
    }
    PoolLane lane = admission.lane(settings.signalLane()).asLogin();
    try (Connection connection = admission.borrow(lane, false)) {
      new LaneRoles(connection).check(roles);
    }
  }

  private void check(Map<String, String> roles) throws SQLException {
    connection.setAutoCommit(false);
    for (Map.Entry<String, String> lane : roles.entrySet()) {
      take(lane.getKey(), lane.getValue());
    }
    connection.setAutoCommit(true);
    SQLException why = first;
    if (why != null) {
      throw new DatabaseUnavailableException(
          "Sessions of %s cannot have their role:%n  - %s"
              .formatted(
                  problems.size() == 1 ? "a lane" : "lanes",
                  String.join("%n  - ".formatted(), problems)),
          why);
    }
  }

  private void take(String lane, String role) throws SQLException {
    try (Statement trial = connection.createStatement()) {
      trial.execute("SET LOCAL ROLE " + trial.enquoteIdentifier(role, true));
    } catch (SQLException refused) {
      String why = reason(role, refused);
      if (why == null) {
        throw refused;
      }
      problems.add("lanes.%s.role = %s: %s".formatted(lane, role, why));
      first = first == null ? refused : first;
    } finally {
      connection.rollback();
    }
  }

  /** Why the server does not let the login have it; null if it is about something else. */
  private @Nullable String reason(String role, SQLException refused) throws SQLException {
    return switch (String.valueOf(refused.getSQLState())) {
      case "22023" -> "the server knows no such role; create it, or mend its name";
      case "42501" ->
          "the login is no member of it; GRANT \"%s\" TO \"%s\""
              .formatted(role, connection.getMetaData().getUserName());
      default -> null;
    };
  }
}
