package dev.weir.monitoring.slo;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Where windows are kept: one row for each objective and instance in {@code weir.slo_window}. Each
 * instance writes what it has counted itself and reads the others; of one that has not written for
 * {@link #deadAfter} the next that starts takes the rows over. Immutable.
 *
 * @param dataSource where the table is; no call may hang, so give it a deadline
 * @param instance this process's own name among all that share the table; one that keeps its name
 *     over a restart finds its own rows again
 * @param createTable whether schema and table are made if they are missing; otherwise {@link #DDL}
 *     is for the service's own migrations
 * @param interval from one save to the next, 1 s or more; what a crash may lose
 */
public record SloStorage(
    DataSource dataSource, String instance, boolean createTable, Duration interval) {

  /** What makes the table. */
  public static final String DDL =
      """
      CREATE SCHEMA IF NOT EXISTS weir;
      CREATE TABLE IF NOT EXISTS weir.slo_window (
        slo text NOT NULL,
        objective text NOT NULL,
        instance text NOT NULL,
        saved_at timestamptz NOT NULL DEFAULT now(),
        counts bytea NOT NULL,
        PRIMARY KEY (slo, objective, instance));
      """;

  private static final int MISSED = 15;

  /**
   * A storage.
   *
   * @throws IllegalArgumentException if the instance has no name or the interval is below 1 s
   */
  public SloStorage {
    Objects.requireNonNull(dataSource, "dataSource");
    if (instance.isBlank() || interval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "SLO storage: instance = '%s' must not be blank, interval = %s must be 1 s or more."
              .formatted(instance, interval));
    }
  }

  /** Every minute, under a name that no other process has, in a table that is made if missing. */
  public static SloStorage in(DataSource dataSource) {
    return new SloStorage(dataSource, unique(), true, Duration.ofMinutes(1));
  }

  private static String unique() {
    return ManagementFactory.getRuntimeMXBean().getName()
        + "-"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  /** The same under another name. */
  public SloStorage instance(String instance) {
    return new SloStorage(dataSource, instance, createTable, interval);
  }

  /** The same, making the table or not. */
  public SloStorage createTable(boolean createTable) {
    return new SloStorage(dataSource, instance, createTable, interval);
  }

  /** The same with another interval. */
  public SloStorage interval(Duration interval) {
    return new SloStorage(dataSource, instance, createTable, interval);
  }

  /** How long an instance writes nothing before another takes its rows over: 15 intervals. */
  public Duration deadAfter() {
    return interval.multipliedBy(MISSED);
  }
}
