package dev.weir.monitoring.server;

import dev.weir.monitoring.finding.Findings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * What a primary can say of its replicas: how far each is behind, if it has told, and whether this
 * login may see it.
 */
final class PrimarySide {

  // A copy that is being made is no replica, and who never replays (an archiver) is not behind.
  private static final String QUESTION =
      """
      SELECT coalesce(nullif(application_name, ''), 'pid ' || pid) || coalesce(' at ' || client_addr, ''),
             state,
             pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
             pg_wal_lsn_diff(replay_lsn, '0/0')::bigint,
             flush_lsn IS NOT NULL
        FROM pg_stat_replication
       WHERE state IS DISTINCT FROM 'backup' ORDER BY 1""";

  private final Backlog backlog;
  private final Bounds bounds;

  PrimarySide(Backlog backlog, Bounds bounds) {
    this.backlog = backlog;
    this.bounds = bounds;
  }

  void ask(Statement statement, Findings findings) throws SQLException {
    Set<String> seen = new HashSet<>();
    try (ResultSet replicas = statement.executeQuery(QUESTION)) {
      while (replicas.next()) {
        seen.add(replicas.getString(1));
        judge(replicas, findings);
      }
    }
    backlog.keep(seen);
    findings.figure("replicas", seen.isEmpty() ? "none" : seen.size());
  }

  private void judge(ResultSet replica, Findings findings) throws SQLException {
    String name = replica.getString(1);
    if (replica.getString(2) == null) {
      findings.unclear(
          "there are replicas, and this login may not see how far they are behind",
          "let it see them: GRANT pg_monitor TO the login of postgres.user");
      return;
    }
    long head = replica.getLong(3);
    long replayed = replica.getLong(4);
    if (!replica.wasNull()) {
      judge(name, head, replayed, findings);
    } else if (!replica.getBoolean(5)) {
      findings.unclear(
          "replica '%s' has not told how far it has come".formatted(name),
          "wait until it has caught up, or see its log");
    }
  }

  private void judge(String name, long head, long replayed, Findings findings) {
    long bytes = Math.max(0, head - replayed);
    Duration late = backlog.late(name, head, replayed);
    findings.figure(name + " is behind", Bounds.bytes(bytes));
    if (bounds.isMuch(bytes, late)) {
      findings.poor(
          "replica '%s' is behind by %s".formatted(name, Bounds.text(bytes, late)),
          "see whether its replay is paused (pg_is_wal_replay_paused() there), held up by queries,"
              + " or its disk or network too slow");
    }
  }
}
