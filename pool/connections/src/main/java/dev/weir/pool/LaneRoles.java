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

  private final List<String> problems = new ArrayList<>();
  private @Nullable SQLException first;

  private LaneRoles() {}

  /**
   * Tries each role on the server, as the login of its lane; nothing of it stays.
   *
   * @throws DatabaseUnavailableException if there is a role that cannot be had, with all of them
   * @throws SQLException if the server does not answer
   */
  static void check(ConnectionSettings settings, Admission admission) throws SQLException {
    Map<String, Map<String, String>> roles = new TreeMap<>(); // by the lane to ask in
    settings
        .lanes()
        .forEach(
            (name, lane) -> {
              String role = lane.role();
              if (role != null) {
                String asks = lane.login() == null ? settings.signalLane() : name;
                roles.computeIfAbsent(asks, _ -> new TreeMap<>()).put(name, role);
              }
            });
    var trial = new LaneRoles();
    for (Map.Entry<String, Map<String, String>> asked : roles.entrySet()) {
      PoolLane lane = admission.lane(asked.getKey()).asLogin();
      try (Connection connection = admission.borrow(lane, false)) {
        trial.take(connection, asked.getValue());
      }
    }
    trial.throwIfAny();
  }

  private void take(Connection connection, Map<String, String> roles) throws SQLException {
    connection.setAutoCommit(false);
    for (Map.Entry<String, String> lane : roles.entrySet()) {
      take(connection, lane.getKey(), lane.getValue());
    }
    connection.setAutoCommit(true);
  }

  private void throwIfAny() {
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

  private void take(Connection connection, String lane, String role) throws SQLException {
    try (Statement trial = connection.createStatement()) {
      trial.execute("SET LOCAL ROLE " + trial.enquoteIdentifier(role, true));
    } catch (SQLException refused) {
      String why = reason(connection, role, refused);
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
  private static @Nullable String reason(Connection connection, String role, SQLException refused)
      throws SQLException {
    return switch (String.valueOf(refused.getSQLState())) {
      case "22023" -> "the server knows no such role; create it, or mend its name";
      case "42501" ->
          "the login is no member of it; GRANT \"%s\" TO \"%s\""
              .formatted(role, connection.getMetaData().getUserName());
      default -> null;
    };
  }
}
