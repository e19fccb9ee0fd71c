package dev.weir.monitoring.server;

import dev.weir.monitoring.finding.Findings;
import dev.weir.monitoring.finding.Look;
import dev.weir.monitoring.text.SafeText;
import dev.weir.pool.Access;
import dev.weir.pool.UnifiedConnectionManager;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * How far replicas are behind, seen on the primary or on a replica; unclear wherever that cannot be
 * known. On a primary also slots whose consumer is away while the server keeps WAL for it, until
 * its disk is full.
 */
public final class ReplicationLook implements Look {

  private static final String LANE = "admin";
  private static final String ROLE =
      """
      SELECT pg_is_in_recovery(), current_setting('max_slot_wal_keep_size')""";

  private static final String SLOTS =
      """
      SELECT slot_name, active, coalesce(wal_status, ''),
             coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint
        FROM pg_replication_slots ORDER BY 4 DESC, 1""";

  private final UnifiedConnectionManager connections;
  private final Bounds bounds;
  private final ReplicaSide replicaSide;
  private final PrimarySide primarySide;

  /**
   * Looks through these connections; from 1 GiB on, WAL that is kept or missing is told of, and a
   * replica that is late by half a minute.
   */
  public ReplicationLook(UnifiedConnectionManager connections) {
    this(connections, Bounds.USUAL);
  }

  ReplicationLook(UnifiedConnectionManager connections, Bounds bounds) {
    this.connections = connections;
    this.bounds = bounds;
    var backlog = new Backlog(System::nanoTime);
    this.replicaSide = new ReplicaSide(backlog, bounds);
    this.primarySide = new PrimarySide(backlog, bounds);
  }

  @Override
  public Findings look() {
    try {
      return connections.withSession(Access.readWrite().lane(LANE), this::ask);
    } catch (SQLException | RuntimeException failure) {
      return Findings.of("server", connections.snapshot().target())
          .unclear(
              "the server could not be asked: " + SafeText.of(failure),
              "see what the monitor 'database' says");
    }
  }

  private Findings ask(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      @Nullable String keep;
      try (ResultSet role = statement.executeQuery(ROLE)) {
        role.next();
        keep = role.getBoolean(1) ? null : role.getString(2);
      }
      if (keep == null) {
        return replicaSide.ask(statement);
      }
      Findings findings = Findings.of("role", "primary");
      primarySide.ask(statement, findings);
      try (ResultSet slots = statement.executeQuery(SLOTS)) {
        judge(slots, keep, findings);
      }
      return findings;
    }
  }

  private void judge(ResultSet slots, String keep, Findings findings) throws SQLException {
    int count = 0;
    while (slots.next()) {
      count++;
      String name = slots.getString(1);
      long kept = slots.getLong(4);
      if (slots.getString(3).equals("lost")) {
        findings.poor(
            "slot '%s' is lost: the WAL that its consumer needs is gone".formatted(name),
            "build that consumer anew and drop the slot: " + drop(name));
      } else if (!slots.getBoolean(2) && kept >= bounds.bytes()) {
        findings
            .figure("kept for " + name, Bounds.bytes(kept))
            .poor(
                "slot '%s' is not in use, and the server keeps %s of WAL for it"
                    .formatted(name, Bounds.bytes(kept)),
                ("start its consumer, or drop it: %s; max_slot_wal_keep_size (now %s) bounds what"
                        + " slots may keep")
                    .formatted(drop(name), keep));
      }
    }
    findings.figure("slots", count);
  }

  /** Names of slots consist of lower-case letters, digits and underscores. */
  private static String drop(String slot) {
    return "SELECT pg_drop_replication_slot('%s')".formatted(slot);
  }
}
