package dev.weir.monitoring.server;

import dev.weir.monitoring.finding.Findings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * What a replica can say of how far it is behind: the WAL that it has received and not replayed, as
 * long as it is connected to its primary and hears of it. If it is not, nobody knows what the
 * primary has written since.
 */
final class ReplicaSide {

  private static final String CONNECT =
      "see the log of this server, that the primary runs, and primary_conninfo";

  // Others than superusers and pg_read_all_stats see of a receiver that it is there, and no more.
  private static final String QUESTION =
      """
      SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint,
             pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint,
             pg_is_wal_replay_paused(),
             (SELECT coalesce(status, 'streaming') FROM pg_stat_wal_receiver),
             (SELECT extract(epoch FROM clock_timestamp() - last_msg_receipt_time)
                FROM pg_stat_wal_receiver),
             (SELECT setting::bigint / 1000.0 FROM pg_settings WHERE name = 'wal_receiver_timeout')""";

  private final Backlog backlog;
  private final Bounds bounds;

  ReplicaSide(Backlog backlog, Bounds bounds) {
    this.backlog = backlog;
    this.bounds = bounds;
  }

  Findings ask(Statement statement) throws SQLException {
    try (ResultSet answer = statement.executeQuery(QUESTION)) {
      answer.next();
      Findings findings = Findings.of("role", "replica");
      long received = answer.getLong(1);
      boolean knows = !answer.wasNull();
      long replayed = answer.getLong(2);
      knows &= !answer.wasNull();
      if (hears(answer, findings)) {
        judge(knows, received, replayed, answer.getBoolean(3), findings);
      }
      return findings;
    }
  }

  /** Whether it is connected and has been told something of late; if not, that is unclear. */
  private static boolean hears(ResultSet answer, Findings findings) throws SQLException {
    String status = answer.getString(4);
    if (!"streaming".equals(status)) {
      findings.unclear(
          "this replica is not connected to its primary, so nobody can tell how far it is behind",
          CONNECT);
      return false;
    }
    double silent = answer.getDouble(5);
    // It asks the primary for a word after half that time, and gives it up after the whole.
    double most = answer.getDouble(6) * 3 / 4;
    if (most > 0 && silent > most) {
      findings.unclear(
          "this replica has heard nothing of its primary for %d s, so nobody can tell how far it is behind"
              .formatted((long) silent),
          CONNECT);
      return false;
    }
    return true;
  }

  private void judge(
      boolean knows, long received, long replayed, boolean paused, Findings findings) {
    if (!knows) {
      findings.unclear(
          "this replica has received or replayed nothing yet, so nobody can tell how far it is behind",
          "wait until it has caught up");
      return;
    }
    long bytes = Math.max(0, received - replayed);
    Duration late = backlog.late("this replica", received, replayed);
    findings
        .figure("behind", Bounds.bytes(bytes))
        .figure("late by at least", late.toMillis() + " ms")
        .figure("replay", paused ? "paused" : "runs");
    if (paused && bytes > 0) {
      findings.poor(
          "the replay of this replica is paused, and it is behind by " + Bounds.bytes(bytes),
          "let it go on: SELECT pg_wal_replay_resume()");
    } else if (bounds.isMuch(bytes, late)) {
      findings.poor(
          "this replica is behind by " + Bounds.text(bytes, late),
          "see whether queries hold up its replay (pg_stat_activity, max_standby_streaming_delay)"
              + " or its disk is too slow");
    }
  }
}
