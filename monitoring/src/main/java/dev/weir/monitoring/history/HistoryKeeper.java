package dev.weir.monitoring.history;

import dev.weir.monitoring.text.SafeText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries hours to their table and back. Safe for use by many threads. */
final class HistoryKeeper {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring.history");
  private static final long DAY = 24;

  private final History history;
  private final HistoryStorage storage;
  private final HistoryTable table;
  private final ReentrantLock saving = new ReentrantLock();
  private final AtomicLong failures = new AtomicLong();
  private boolean created;

  /** The first hour that may not be written in full. */
  private long unwritten;

  HistoryKeeper(History history, HistoryStorage storage) {
    this.history = history;
    this.storage = storage;
    this.table = new HistoryTable(storage);
    this.unwritten = history.hour();
  }

  /** What needs a connection. */
  private interface Work {
    void on(Connection connection) throws SQLException;
  }

  void load() {
    long from = history.hour() - Series.DAYS * DAY;
    locked(connection -> table.read(connection, from, history::restore));
  }

  /** Writes all hours up to and with this one that are not written. */
  void save(long upTo) {
    locked(
        connection -> {
          long first = Math.max(unwritten, upTo - DAY + 1);
          for (long hour = first; hour <= upTo; hour++) {
            table.write(connection, hour, history.hour(hour));
          }
          HistoryTable.forget(connection, upTo - Series.DAYS * DAY);
          unwritten = upTo;
        });
  }

  private void locked(Work work) {
    saving.lock();
    try (Connection connection = storage.dataSource().getConnection()) {
      if (!created) {
        table.create(connection);
        created = true;
      }
      work.on(connection);
    } catch (SQLException | RuntimeException failure) {
      if (failures.incrementAndGet() == 1) {
        LOG.warn(
            "History could not be kept: {}. It stays in memory for a day, and each hour another"
                + " try is made; this is said once.",
            SafeText.of(failure));
      }
    } finally {
      saving.unlock();
    }
  }

  long failures() {
    return failures.get();
  }
}
