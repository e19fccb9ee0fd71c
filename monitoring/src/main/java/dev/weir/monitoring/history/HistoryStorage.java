package dev.weir.monitoring.history;

import java.util.Objects;
import javax.sql.DataSource;

/**
 * Where history is kept: one row for each series, instance and hour in {@code weir.history_hour}.
 * Immutable.
 *
 * @param dataSource where the table is; no call may hang, so give it a deadline
 * @param instance this process's name among all that share the table; one that has written nothing
 *     under it yet reads what was written last under any
 * @param createTable whether schema and table are made if they are missing; otherwise {@link #DDL}
 *     is for the service's own migrations
 */
public record HistoryStorage(DataSource dataSource, String instance, boolean createTable) {

  /** What makes the table. */
  public static final String DDL =
      """
      CREATE SCHEMA IF NOT EXISTS weir;
      CREATE TABLE IF NOT EXISTS weir.history_hour (
        instance text NOT NULL,
        hour timestamptz NOT NULL,
        series text NOT NULL,
        points real[] NOT NULL,
        PRIMARY KEY (instance, hour, series));
      """;

  /**
   * A storage.
   *
   * @throws IllegalArgumentException if the instance has no name
   */
  public HistoryStorage {
    Objects.requireNonNull(dataSource, "dataSource");
    if (instance.isBlank()) {
      throw new IllegalArgumentException("History storage: instance must not be blank.");
    }
  }

  /** In a table that is made if it is missing. */
  public static HistoryStorage in(DataSource dataSource, String instance) {
    return new HistoryStorage(dataSource, instance, true);
  }

  /** The same, making the table or not. */
  public HistoryStorage createTable(boolean createTable) {
    return new HistoryStorage(dataSource, instance, createTable);
  }
}
